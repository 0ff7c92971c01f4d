"""What platforms and content systems print around a post and that is not its words: labels, counts, times, notices.

Lines are compared in normal form, so that letter case, hamza seats and vowel marks do not matter. A *label* says what
it is wherever it stands beside a post ("View this post on X", تحميل التغريدة); a *button* is one word that may as well
be said by somebody ("Reply", رد) and counts as chrome only inside the frame of a post.
"""

from __future__ import annotations

import regex

from align.text.dates import MONTHS
from align.text.normal import normal_form
from align.text.tweet import URL

PLATFORM = (
    r"(?:x(?:\.com)?|twitter(?:\.com)?|instagram|threads|facebook|bluesky|mastodon|truth ?social|tiktok"
    r"|telegram|youtube"
    r"|تويتر|اكس|انست[غقج]رام|ثريدز|فيس ?بوك|بلو ?سكاي|ماستودون|تروث سوش(?:ي)?ال|تيك ?توك|تلي?[غج]رام)"
)
_ON = rf"(?:on|in|at|via) {PLATFORM}"
_POST = r"(?:posts?|tweets?|threads?|notes?|repl(?:y|ies)|photos?|videos?|content|media|conversation|embed|images?)"
_VIEW = r"(?:view|see|show|open|read|watch|load|display|join|hide)"
_GONE = (
    r"(?:may have been|has been|have been|was|were|is|are) "
    r"(?:deleted|removed|unavailable|not available|no longer available|from (?:a suspended|an) account|private)"
)
_ON_AR = rf"(?:علي|في|عبر|من) (?:منصه |موقع |تطبيق |شبكه )?{PLATFORM}"
_POST_AR = (
    r"(?:ال)?(?:منشور|تغريدات|تغريده|تدوينه|سلسله|محادثه|صوره|فيديو|محتوي|مشاركه|مقطع|رد|ردود|نص|ترجمه|مزيد|اصل|اقل)"
)
_VIEW_AR = (
    r"(?:(?:اضغط|انقر|قم)(?:وا)? )?(?:هنا )?[بل]?(?:عرض|شاهد(?:وا)?|مشاهده|اعرض|افتح|فتح|اقرا|قراءه|اظهار|اظهر"
    r"|اخفاء|طالع"
    r"|الاطلاع علي|الانتقال الي|رويه|رؤيه)"
)
_LABELS = "|".join(
    (
        rf"(?:(?:click|tap) (?:here )?to )?{_VIEW}(?: (?:this|the|full|original|more|entire|embedded|\d+|other))*"
        rf" {_POST}(?: (?:by|from) @?\w+)?(?: {_ON})?",
        rf"(?:{_VIEW}|continue)(?: more| it| this)? {_ON}",
        rf"(?:this |the )?{_POST}(?: by [^.]{{0,40}}?)? {_GONE}[^\n]{{0,60}}",
        rf"{_POST} (?:not found|unavailable)|(?:post|tweet|content) not available",
        r"\(?opens in (?:a )?new (?:tab|window)\)?",
        r"(?:show|see|read|load|view) (?:more|less|original|translation|translated|this thread|\d+ more)"
        r"|show additional replies",
        r"translate (?:this )?(?:post|tweet)|translated from \w+(?: (?:by|with) \w+)?|rate this translation",
        r"read the full conversation(?: .{0,20})?|copy link(?: to (?:post|tweet))?|explain this (?:post|tweet)",
        r"view (?:post )?(?:engagements|quotes|analytics)|add another comment|most relevant(?: replies)?",
        rf"(?:quoted?|embedded|related|linked|pinned|promoted) {_POST}|loading(?: (?:this )?{_POST})?|please wait",
        r"\[(?:image|video|photo|media|gif|embed|image or embed|link|quote|صوره|صوره او (?:تضمين|محتوي مضمن))\]",
        rf"(?:do you )?(?:want to )?allow {PLATFORM} content|(?:skip"
        rf"|end of) {PLATFORM}(?: {_POST})?(?: by [^\n]{{1,40}})?(?:,? \d+)?",
        rf"(?:view|see) (?:more )?content {_ON}|content (?:is )?not available",
        r"(?:replying|in reply) to (?:@?\w+(?:,| and)? ?)+|(?:you|@?\w+(?: \w+){0,3}) (?:reposted|retweeted)",
        r"don'?t miss what'?s happening|people on (?:x|twitter) are the first to know|new to (?:x|twitter)"
        r"|log ?in|sign ?up",
        rf"{_VIEW_AR}(?: (?:هذا|هذه|كامل|باقي|بقيه|كل))* {_POST_AR}(?: كامل(?:ا|ه)?| الاصلي(?:ه)?)*(?: {_ON_AR})?",
        rf"{_VIEW_AR}(?: المزيد)? {_ON_AR}",
        rf"(?:جار[ي]? )?(?:ال)?تحميل(?: {_POST_AR})?|(?:يرجي )?الانتظار",
        rf"{_POST_AR} (?:ال)?(?:مرتبط|مقتبس|مضمن|مثبت|محذوف|مروج)(?:ه)?|{_POST_AR} (?:ذو|ذات) صله",
        rf"(?:هذا |هذه )?{_POST_AR} (?:غير (?:متاح|متوفر)(?:ه)?|لم (?:يعد|تعد) (?:متاح|متوفر|موجود)(?:ا|ه)?"
        rf"|تم حذفه?ا?)[^\n]{{0,60}}",
        rf"هل (?:تسمح|تسمحون|توافق|تريد) .{{0,20}}(?:محتوي|مشاركه).{{0,30}}|(?:تخط[ىي]?|تجاوز"
        rf"|نهايه) {PLATFORM} (?:مشاركه|منشور|محتوي)(?:[,،]? ?\d+)?",
        rf"(?:تخط[ىي]?|تجاوز|نهايه) (?:مشاركه|منشور|محتوي|تغريده)(?: {PLATFORM})?(?:[,،]? ?\d+)?",
        r"\(?(?:ي|ت)فتح في (?:نافذه|علامه تبويب|تبويب|صفحه) جديده\)?",
        rf"ترجمه {_POST_AR}|(?:تمت الترجمه|تمت ترجمته|مترجمه?) (?:من|عن) [^\n]{{2,40}}",
        r"نسخ (?:ال)?رابط(?: \S+)?|رد(?:ا)? علي (?:@\w+[ ،و]*)+|(?:قام )?\S+(?: \S+){0,3} (?:اعاد|اعادت"
        r"|باعاده) (?:ال)?نشر\S*",
        rf"(?:منشور|تغريده|تدوينه) (?:علي|عبر) (?:منصه |موقع )?{PLATFORM}",
    )
)
_BUTTONS = (
    r"(?:repl(?:y|ies)|reposts?|retweets?|quotes?|quote (?:posts?|tweets?)|likes?|bookmarks?|shares?"
    r"|follow(?:ing|ers)?|more"
    r"|views?|images?|alt|gif|video|photo|play|save|subscribe|verified(?: account)?|edited|last edited|post"
    r"|conversation"
    r"|relevant|media|embed|tweet|comments?|reactions?|boosts?|favou?rites?|impressions?|truth|retruths?"
    r"|post your reply"
    r"|رد|ردود|ردا|(?:اعاده|اعادات) (?:ال)?(?:نشر|تغريد)|اعجاب(?:ات|ا)?|مشاركه|مشاركات|متابعه|المزيد|(?:مره "
    r"|من )?(?:ال)?مشاهدا?[هت]"
    r"|اقتباس(?:ات)?|(?:ال)?اشارات (?:ال)?مرجعيه|صوره|فيديو|حفظ|نسخ|اعجبني|تعليق(?:ات)?|بديل)"
)
_NUMBER = r"(?:\d+(?:[.,٫٬]\d+)*\s*(?:k|m|b|الف|الاف|مليون|ملايين)?)"
_JOINT = r"[\s·∙•|,،:/♥❤️💬🔁🗨♡↻⟲👁()+\-]*"
_COUNTS = rf"(?:{_JOINT}(?:{_NUMBER}\s*{_BUTTONS}?|{_BUTTONS}\s*{_NUMBER}?))+{_JOINT}"
_EDGE = r"[\W_]*"
_LABEL = regex.compile(rf"{_EDGE}(?:x\s+)?(?:{_LABELS}){_EDGE}")
_CHROME = regex.compile(rf"(?:{_COUNTS})|[\p{{P}}\s·∙•|]{{1,4}}")
_CONSENT = regex.compile(
    r"(?:cookies?|كوكيز|ملفات (?:تعريف )?(?:ال)?ارتباط|privacy policy|سياسه (?:ال)?خصوصيه).*(?:content|consent"
    r"|accept|agree|embed"
    r"|محتوي|موافق|عرض)|(?:content|consent|accept|embed|محتوي|موافق).*(?:cookies?|كوكيز"
    r"|ملفات (?:تعريف )?(?:ال)?ارتباط)"
    r"|(?:not|ليست|غير) (?:responsible|مسؤوله|مسووله) (?:for|عن) (?:the )?(?:content|محتوي)"
    r"|(?:accept|موافق|اقبل|اوافق)\w*(?: (?:and|و) ?(?:continue|اكمال|متابعه|استمرار))",
    regex.S,
)
_MONTH = "|".join(regex.escape(name) for name in sorted(MONTHS, key=len, reverse=True))
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_DATE = (
    rf"(?:{_DAY}\s*(?:من |of )?(?:{_MONTH})\.?(?:\s*/\s*(?:{_MONTH}))?,?،?\s*(?:\d{{4}})?"
    rf"|(?:{_MONTH})\.?\s*{_DAY}(?!\d),?\s*(?:\d{{4}})?"
    r"|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})"
)
_CLOCK = r"\d{1,2}[:.]\d{2}(?::\d{2})?\s*(?:[ap]\.?m\.?|ص|م|صباحا|مساء|utc|gmt|[pe][sd]t|ist|cet)*"
_AGO = (
    r"(?:\d{1,2}\s*(?:s|m|h|d|w|y|min|mins|hrs?|hours?|days?|ago)(?: ago)?|منذ [^\n]{1,20}"
    r"|\d{1,2}\s*(?:ساعه|ساعات|دقيقه|يوم|ايام|س|د))"
)
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?)"
_SIGNS = r"[\s·∙•|,،/\-–—()]*"
_MOMENT = regex.compile(
    rf"{_SIGNS}(?:(?:last edited|edited|posted|published|نشر|نشرت|on|at|في|from|الساعه|{_WEEKDAY}|{_DATE}"
    rf"|{_CLOCK}|{_AGO}|earth|utc|gmt|{_NUMBER}\s*{_BUTTONS}){_SIGNS})+"
)
_POINT = regex.compile(rf"{_DATE}|{_CLOCK}|{_AGO}")
_MOST_LABEL_CHARS = 160
_MOST_CONSENT_CHARS = 900
_TRAILING = regex.compile(
    r"\s*(?:\[image or embed\]|show more|show this thread|translate (?:post|tweet)|see translation|عرض المزيد"
    r"|إظهار المزيد"
    r"|ترجمة (?:المنشور|التغريدة))\s*$",
    regex.I,
)


def is_label(line: str) -> bool:
    """Whether a line is a label of a platform or a content system, wherever it stands beside a post."""
    if not 0 < len(line) <= _MOST_LABEL_CHARS:
        return False
    return _LABEL.fullmatch(normal_form(URL.sub("", line)).strip()) is not None


def is_notice(line: str) -> bool:
    """Whether a line asks the reader for consent to foreign content or disclaims it."""
    return len(line) <= _MOST_CONSENT_CHARS and _CONSENT.search(normal_form(line)) is not None


def is_moment(line: str) -> bool:
    """Whether a line is but the time of a post, also without a year or as an age ("9:36 AM · Apr 6, 2024", "3h")."""
    if len(line) > _MOST_LABEL_CHARS:
        return False
    form = normal_form(line)
    return _POINT.search(form) is not None and _MOMENT.fullmatch(form) is not None


def is_chrome(line: str) -> bool:
    """Whether a line inside the frame of a post is not its words: a label, a button, counts, signs between them."""
    if len(line) > _MOST_LABEL_CHARS:
        return False
    return is_label(line) or _CHROME.fullmatch(normal_form(line).strip()) is not None


def is_counts(line: str) -> bool:
    """Whether a line is only counts and buttons ("1.2M Views", "48 Likes 12 Retweets")."""
    return len(line) <= _MOST_LABEL_CHARS and _CHROME.fullmatch(normal_form(line).strip()) is not None


def without_trailing_label(text: str) -> str:
    """The text up to a label that a page put behind its last word ("Show more")."""
    while (match := _TRAILING.search(text)) is not None:
        text = text[: match.start()]
    return text
