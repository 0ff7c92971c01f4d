"""What each code means to an editor: what is wrong, and why it matters, in English and in Arabic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Telling(NamedTuple):
    """A kind of finding in words; `silent` names the side whose silence is the finding where it marks one side only."""

    what: tuple[str, str]  # English, Arabic
    why: tuple[str, str]
    silent: str = ""  # "ar": the Arabic lacks it; "en": the tweet lacks it


_ADDED, _LEFT_OUT = "en", "ar"
TELLINGS: Mapping[str, Telling] = {
    "addition.bracket": Telling(
        ("Bracket added by an editor", "توضيح بين قوسين"),
        ("The tweet does not hold these words.", "أضافه المحرر، وليس في التغريدة."),
    ),
    "addition.part": Telling(
        ("Added words", "كلام مضاف"),
        ("Readers will take them for the tweet’s own.", "سيظنه القارئ من كلام صاحب التغريدة."),
        _ADDED,
    ),
    "addition.source": Telling(
        ("Source added", "مصدر مضاف"),
        ("The tweet names no such source.", "لا تذكر التغريدة هذا المصدر."),
        _ADDED,
    ),
    "attribution.day": Telling(
        ("Day of the tweet", "يوم نشر التغريدة"),
        (
            "The weekday that the article gives does not fit the tweet’s date.",
            "اليوم المذكور في المقال لا يوافق تاريخ التغريدة.",
        ),
    ),
    "attribution.source": Telling(
        ("Another speaker or doer", "القائل أو الفاعل مختلف"),
        ("The Arabic gives the words or the deed to someone else.", "ينسب النص العربي القول أو الفعل إلى غير صاحبه."),
    ),
    "attribution.speaker": Telling(
        ("Another name for the author", "صاحب الكلام مختلف"),
        ("The article names someone other than the tweet’s author.", "ينسب المقال الكلام إلى غير صاحب التغريدة."),
    ),
    "attribution.swapped": Telling(
        ("Speakers exchanged", "تبديل القائلين"),
        ("What one side says is given to the other.", "نُسب كلام كل طرف إلى الآخر."),
    ),
    "date.day": Telling(("Another day", "يوم مختلف"), ("The date is not the tweet’s.", "التاريخ غير ما في التغريدة.")),
    "date.edge": Telling(
        ("Beginning or end of a period", "بداية المدة ونهايتها"),
        ("The end became the beginning, or the reverse.", "صارت النهاية بداية أو العكس."),
    ),
    "date.feast": Telling(
        ("Another feast or Hijri month", "عيد أو شهر هجري مختلف"),
        ("The date is not the tweet’s.", "الموعد غير ما في التغريدة."),
    ),
    "date.id": Telling(
        ("Printed date of the tweet", "تاريخ التغريدة المكتوب"),
        ("It is more than a day from when the tweet was posted.", "يبعد أكثر من يوم عن وقت نشرها."),
    ),
    "date.month": Telling(
        ("Another month", "شهر مختلف"), ("The date is not the tweet’s.", "التاريخ غير ما في التغريدة.")
    ),
    "date.relative": Telling(
        ("Another time", "زمن مختلف"),
        (
            "Today, tomorrow, last week and the like mean another time.",
            "عبارة مثل «غداً» أو «الأسبوع الماضي» تدل على زمن آخر.",
        ),
    ),
    "date.season": Telling(
        ("Another season", "فصل مختلف"), ("The season is not the tweet’s.", "الفصل غير ما في التغريدة.")
    ),
    "date.time": Telling(
        ("Another time of day", "وقت مختلف من اليوم"), ("The hour is not the tweet’s.", "الساعة غير ما في التغريدة.")
    ),
    "date.weekday": Telling(
        ("Another day of the week", "يوم مختلف من الأسبوع"),
        ("The day is not the tweet’s.", "اليوم غير ما في التغريدة."),
    ),
    "date.year": Telling(
        ("Another year or decade", "سنة أو عقد مختلف"), ("The date is not the tweet’s.", "التاريخ غير ما في التغريدة.")
    ),
    "direction.opposite": Telling(
        ("The opposite direction", "اتجاه معكوس"),
        ("Up became down, before became after, or the like.", "صار الارتفاع انخفاضاً أو القبل بعداً أو نحو ذلك."),
    ),
    "gender.agreement": Telling(
        ("Gender of the person", "جنس الشخص"),
        ("The Arabic forms do not fit the person in the tweet.", "صيغ الكلام لا توافق جنس من تتحدث عنه التغريدة."),
    ),
    "gender.noun": Telling(
        ("Gender of a noun", "جنس الاسم"),
        ("A woman became a man, or the reverse.", "صار المؤنث مذكراً أو العكس."),
    ),
    "language.other": Telling(
        ("Another language", "لغة أخرى"),
        ("One side is neither English nor Arabic.", "أحد النصين ليس بالإنجليزية ولا بالعربية."),
    ),
    "language.swapped": Telling(
        ("Sides exchanged", "النصان متبادلان"),
        ("The English stands in the Arabic’s place.", "النص الإنجليزي في موضع العربي."),
    ),
    "language.untranslated": Telling(
        ("Left in English", "بقي بالإنجليزية"), ("Nobody has translated it.", "لم يُترجم هذا النص.")
    ),
    "modality.ask": Telling(
        ("Request or order", "طلب أو أمر"),
        ("A request became an order, or the reverse.", "صار الطلب أمراً أو العكس."),
    ),
    "modality.certain": Telling(
        ("Possible became certain", "احتمال صار مؤكداً"),
        ("The tweet only holds it possible.", "التغريدة تذكره احتمالاً فقط."),
    ),
    "modality.duty": Telling(
        ("Duty became ability", "واجب صار إمكاناً"), ("“Must” is not “can”.", "الوجوب غير الإمكان.")
    ),
    "modality.force": Telling(
        ("Possibility and duty exchanged", "تبادل الاحتمال والإلزام"),
        ("What may be is told as what must be, or the reverse.", "صار المحتمل لازماً أو العكس."),
    ),
    "modality.intent": Telling(
        ("Wish or decision", "رغبة أو قرار"),
        ("A wish became a decision, or the reverse.", "صارت الرغبة قراراً أو العكس."),
    ),
    "modality.possible": Telling(
        ("Certain became possible", "مؤكد صار احتمالاً"),
        ("The tweet states it as certain.", "التغريدة تؤكده."),
    ),
    "modality.sure": Telling(
        ("Belief or certainty", "ظن أو يقين"),
        ("What is believed became what is known, or the reverse.", "صار الظن يقيناً أو العكس."),
    ),
    "modality.time": Telling(
        ("Past told as future", "ماضٍ صار مستقبلاً"),
        ("What happened is told as planned, or still to come.", "ما وقع صار في النص العربي نية أو أمراً مقبلاً."),
    ),
    "name.changed": Telling(
        ("Another name", "اسم مختلف"),
        ("Another place, body or person stands in the Arabic.", "حل محل الاسم اسم مكان أو جهة أو شخص آخر."),
    ),
    "negation.added": Telling(
        ("Denial added", "نفي مضاف"),
        ("The Arabic denies what the tweet states.", "ينفي النص العربي ما تثبته التغريدة."),
    ),
    "negation.lost": Telling(
        ("Denial lost", "نفي ساقط"),
        ("The Arabic states what the tweet denies.", "يثبت النص العربي ما تنفيه التغريدة."),
        _LEFT_OUT,
    ),
    "negation.opposite": Telling(
        ("The opposite is said", "معنى معكوس"),
        ("Accepted for refused, safe for unsafe, or the like.", "القبول مكان الرفض، أو الأمان مكان الخطر، أو نحو ذلك."),
    ),
    "number.added": Telling(
        ("Number added", "عدد مضاف"), ("The tweet does not give this number.", "لا تذكر التغريدة هذا العدد."), _ADDED
    ),
    "number.changed": Telling(
        ("Another number", "عدد مختلف"), ("The two numbers are not equal.", "العددان غير متساويين.")
    ),
    "number.missing": Telling(
        ("Number left out", "عدد ساقط"), ("Readers do not learn it.", "لن يعرفه القارئ."), _LEFT_OUT
    ),
    "number.scale": Telling(
        ("Ten, a hundred or a thousand times off", "خطأ في رتبة العدد"),
        ("Thousands for millions, say.", "كالآلاف مكان الملايين."),
    ),
    "omission.attribution": Telling(
        ("Words that say who speaks", "ذكر القائل"),
        ("The article usually says it around the quote.", "يذكره المقال عادة حول الاقتباس."),
        _LEFT_OUT,
    ),
    "omission.no_text": Telling(
        ("No text of the tweet", "لا نص للتغريدة"),
        ("The article holds only a link: nothing to compare.", "ليس في المقال إلا رابط، فلا شيء يُقارن."),
    ),
    "omission.part": Telling(
        ("Words left out", "كلام ساقط"), ("Readers do not learn this part.", "لن يعرف القارئ هذا الجزء."), _LEFT_OUT
    ),
    "omission.sentence": Telling(
        ("Sentence left out", "جملة ساقطة"),
        ("Nothing in the article renders it.", "لا شيء في المقال يترجمها."),
        _LEFT_OUT,
    ),
    "omission.trimming": Telling(
        ("Hashtag, handle, link or number of the thread", "وسم أو حساب أو رابط أو رقم في سلسلة"),
        ("It belongs to the platform, not to the sentence.", "هو من المنصة لا من الجملة."),
    ),
    "quantity.bound": Telling(
        ("Another limit", "حدّ مختلف"),
        (
            "“At least”, “at most”, “about” and the like do not agree.",
            "عبارات مثل «لا يقل عن» و«لا يزيد على» و«نحو» لا تتفق في النصين.",
        ),
    ),
    "quantity.fraction": Telling(
        ("Another fraction", "كسر مختلف"),
        ("A half, a third or the whole are not the same share.", "النصف والثلث والكل أنصبة مختلفة."),
    ),
    "quantity.scope": Telling(
        ("Another share", "نطاق مختلف"),
        ("All, most and some are not the same.", "الكل والمعظم والبعض ليست سواء."),
    ),
    "quantity.unit": Telling(
        ("Another unit", "وحدة مختلفة"), ("The number is the same, what it counts is not.", "العدد نفسه ووحدته مختلفة.")
    ),
    "quotation.cut": Telling(
        ("Cut inside a quote", "اقتطاع من الاقتباس"),
        ("Words are left out without an ellipsis.", "سقط كلام من داخل الاقتباس من دون علامة (…)."),
    ),
    "quotation.marks": Telling(
        ("Quotation marks added", "علامتا تنصيص مضافتان"),
        ("The tweet does not quote these words.", "لا تنقل التغريدة هذا الكلام اقتباساً."),
    ),
    "quotation.paraphrase": Telling(
        ("Paraphrase in quotation marks", "نقل بالمعنى بين علامتي تنصيص"),
        ("Few of the words are the tweet’s own.", "قليل من هذه الألفاظ يقابل ألفاظ التغريدة."),
    ),
    "verb.side": Telling(
        ("Verb that takes a side", "فعل منحاز"),
        (
            "Claimed, admitted or threatened stands in one text only.",
            "فعل مثل «زعم» أو «اعترف» في أحد النصين دون الآخر.",
        ),
    ),
    "addition.paragraph": Telling(
        ("Paragraph added", "فقرة مضافة"),
        ("Nothing of it stands in the English text.", "ليس منها شيء في النص الإنجليزي."),
    ),
    "addition.sentence": Telling(
        ("Sentence added", "جملة مضافة"),
        ("No English sentence stands behind it.", "لا جملة إنجليزية تقابلها."),
    ),
    "attribution.office": Telling(
        ("Another office or relation", "صفة مختلفة"),
        ("Former, acting or deputy, wife or sister do not agree.", "صفة مثل «السابق» أو «النائب» أو «الزوجة» تختلف."),
    ),
    "direction.scale": Telling(
        ("A measure turned round", "إجراء معكوس"),
        ("Lifted became imposed, defended became attacked, or the like.", "صار الرفع فرضاً أو الدفاع هجوماً أو نحو ذلك."),
    ),
    "meaning.doubt": Telling(
        ("Perhaps another meaning", "معنى قد يكون مختلفاً"),
        (
            "A model doubts that these words say the same; please compare.",
            "يشك نموذج آلي في تطابق المعنى، فقارن بين النصين.",
        ),
    ),
    "modality.condition": Telling(
        ("Condition lost or added", "شرط ساقط أو مضاف"),
        ("If, unless or provided stands in one text only.", "شرط مثل «إذا» أو «ما لم» في أحد النصين دون الآخر."),
    ),
    "modality.done": Telling(
        ("Attempt or deed", "محاولة أو فعل تام"),
        ("What was tried or planned is told as done, or the reverse.", "صارت المحاولة أو الخطة فعلاً تاماً أو العكس."),
    ),
    "modality.hearsay": Telling(
        ("Hearsay or fact", "منقول أو مؤكد"),
        ("What is only reported is told as fact, or the reverse.", "صار ما يُروى حقيقة أو العكس."),
    ),
    "modality.question": Telling(
        ("Question or statement", "سؤال أو خبر"),
        ("A question is told as a statement, or the reverse.", "صار السؤال خبراً أو العكس."),
    ),
    "modality.stage": Telling(
        ("Another stage", "مرحلة مختلفة"),
        ("Charged is not convicted, wounded is not killed.", "الاتهام غير الإدانة، والإصابة غير القتل."),
    ),
    "negation.scope": Telling(
        ("Denial of more or less", "نطاق النفي مختلف"),
        ("Not all and none, still and no longer are not the same.", "«ليس كل» غير «لا أحد»، و«لا يزال» غير «لم يعد»."),
    ),
    "omission.paragraph": Telling(
        ("Paragraph left out", "فقرة ساقطة"),
        ("Nothing of it stands in the Arabic text.", "ليس منها شيء في النص العربي."),
    ),
    "quantity.rate": Telling(
        ("Another rate or size", "معدل أو حجم مختلف"),
        ("Per day is not per week, dozens are not hundreds.", "اليوم غير الأسبوع، والعشرات غير المئات."),
    ),
}
# By what a finding says became of a hashtag and its like.
POLICIES: Mapping[str, tuple[str, str]] = {
    "kept": ("It was kept.", "أُبقي في النص العربي."),
    "translated": ("It was translated.", "تُرجم."),
    "dropped": ("It was left out.", "لم يُنقل."),
}
