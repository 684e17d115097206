"""Which words lead up to a citation, join two of them, or say that a number is no rule at all?

English as markets write it; what only one operator writes stands in its profile's citation forms.
"""

from __future__ import annotations

import re

SECTION = (
    r"(?:\bsections?\(s\)|\b(?:sub-?)?sect(?:i|l|1)ons?\b|\bsect?s?(?:\b\.?|(?=\d))"
    r"|\bss?\.?\s?(?=\d{1,2}\.\d{1,3}[.(])|§{1,2})"
)
PARAGRAPH = (
    r"(?:\b(?:sub-?)?(?:paragraphs?|paras?|pars?)\b\.?|\b(?:sub-?)?(?:items?|clauses?|points?)\b"
    r"|\bsub-?sections?\b(?=\s*\()|¶{1,2})"
)
FORM = r"(?:\b(?:forms?|attachments?|appendix|appendices|exhibits?)\b|\b(?:atts?|app)\.)"
NUMBERED = r"\s*(?:(?:nos?\.|numbers?)\s*)?"

CHAIN_OF_SECTION = (
    r"(?<![\w)])(?=\(\d{1,3}\)(?:(?:\([0-9A-Za-z]{1,4}\)){1,4}\s+(?-i:of|in|under)|\s+(?-i:of))\s+(?:the\s+)?"
    r"(?:§|sections?\s|\d{1,2}\.\d{1,3}\.\d))"
    r"|(?<![\w)])(?=\(\d{1,3}\)(?:\([0-9A-Za-z]{1,4}\)){0,4}\s+(?-i:of|in|under)\s+(?:the|that)\s+same\s+section\b)"
)
PARAGRAPH_OPENS = re.compile(rf"(?i)(?:{PARAGRAPH}(?!\(s\)){NUMBERED}(?=\(|[0-9a-z]{{1,3}}\b)|{CHAIN_OF_SECTION})")
SECTION_OPENS = re.compile(rf"(?i){SECTION}{NUMBERED}(?=\d)")
IS_PLURAL = re.compile(r"(?i)(?:§§|¶¶|\bsecs\.?|paras\.?|s)\s*(?:nos?\.|numbers?)?\s*$")
LABEL_NEXT = re.compile(r"(?:\s|\n\x1f+)?\((?P<label>[0-9A-Za-z]{1,4})\)")
LABEL_GLUED = re.compile(r"(?<=\))(?P<label>[a-z])(?![\w’'])")
"""“(2)a”, as it is written in haste."""
SPOKEN = re.compile(r"\s+(?P<word>[a-z]{2,})")
AFTER_LABELS = frozenset("and or of through to in is are was does say says above below".split())
TITLE = re.compile(r"[.)]?\s+[A-Z“\"]")
LABELS_UNBRACKETED = re.compile(
    r"(?i)(?:(?:\d{1,3}|[a-z])\s*(?:,\s*(?:and\s+|or\s+)?|\s(?:and|or)\s+|&\s*))+(?:\d{1,3}|[a-z])(?=\s+(?:of|in|under)\s)"
)
LABELS_LISTED = re.compile(
    r"(?:\d{1,3}\s*(?:,\s*(?:and\s+|or\s+)?|\s(?:and|or)\s+|&\s*)){1,30}\d{1,3}(?=[),;:]|\.(?!\d)|\s*$|\s+(?:of|and|or|is|are|apply)\s)"
)
LABEL_UNBRACKETED = re.compile(r"(?P<label>\d{1,3}|[a-z])(?=\W|$)(?!\.\d)")
MARK = re.compile(r"\([A-Z]\)")
"""“4.94(R)” in a table of prices: a letter that marks a figure."""
DOTTED = re.compile(r"\d+(?:\.\d+)*")
SPACED_DOTS = re.compile(r"\d{1,2}(?:(?:\. \d{1,3}){2,6}|(?:\.\d{1,3})*(?: \.\d{1,3}(?:\.\d{1,3})*)+)(?![\d%])(?!\.\d)")
OTHER_NUMBERING = re.compile(r"-\d")
FORM_AFTER = re.compile(rf"(?i)\s*[,:;–—-]?\s*(?:\(?{FORM}\s+)(?=(?:[A-Z]\d?|\d{{1,2}})\b(?!\.\d))")
FORM_BEFORE = re.compile(rf"(?i){FORM}\s+(?=(?:[A-Z]\d?|\d{{1,2}})\b(?!\.\d))")
FORM_LETTER = re.compile(r"(?P<letter>[A-Z]\d?|\d{1,2})(?![\w’'-])(?!\.\d)\)?")
OF_SECTION = re.compile(
    r"(?i)\s*,?\s*(?:of|in|under|to|from|within)\s+(?:(?:the|that|this)\s+same\s+|the\s+|said\s+|such\s+)?"
    rf"(?P<book>(?:(?-i:[A-Z])[\w’'&-]*\s+){{0,4}}?)(?P<word>{SECTION}{NUMBERED})?(?=\d)"
)
FORM_THEN_SECTION = re.compile(
    rf"(?i)\s*(?:,\s*|\(\s*(?=[^()\n]{{1,60}}\)))(?P<book>)(?P<word>{SECTION}{NUMBERED})(?=\d)"
)
OF_LAST = re.compile(
    r"(?i)\s*,?\s*(?:(?:of|in|under|to|from|within)\s+(?:the\s+same|that(?:\s+same)?|such|the\s+said|said|the\s+aforementioned)"
    r"\s+(?:sub-?)?section\b(?!\s*\d)|thereof\b)"
)
STILL_OF_LAST = re.compile(r"(?:(?![.!?]\s)[^\n]){0,100}")
"""What lies between a section and a paragraph of it that the same sentence names later."""
OF_SOMETHING = re.compile(r"(?i)\s*,?\s*(?:of|in|to|from|above|below|herein|hereof|within|on)\b")
IDEM = re.compile(
    r"(?i)\b(?:the|that)\s+same\s+section,?\s+(?:in\s+)?paragraphs?\s+(?=\()"
    r"|\b(?:id|ibid|idem)\.?,?\s+(?:at\s+)?(?:§+\s*|paragraphs?\s+)?(?=\()"
)
OF_PARAGRAPH = re.compile(rf"(?i)\s*,?\s*(?:of|in|under|to|from|within)\s+(?:the\s+|said\s+)?{PARAGRAPH}\s*(?=\()")
THEN_PARAGRAPH = re.compile(
    rf"(?i)\s*(?:[’']s(?=\s)|[,:–—-]|\((?=[^()\n]*(?:\([^()]*\)[^()\n]*){{0,6}}\)))?\s*(?:at\s+|in\s+)?{PARAGRAPH}{NUMBERED}(?=\(|[0-9a-z]{{1,3}}\b)"
)
TITLE_THEN_PARAGRAPH = re.compile(
    rf"\s*\([\"“]?(?-i:[A-Z])[^()\d\n]{{2,90}}\),?\s*(?i:{PARAGRAPH})\s*(?=\(|\d)"
    rf"|\s*[,:–—-]\s*[\"“]?(?-i:[A-Z])(?:(?!(?i:{SECTION}\s*\d|{PARAGRAPH}\s*\())[^.;()\n]){{2,90}}?(?:[\"”],|,[\"”]?)\s*(?i:{PARAGRAPH})\s*(?=\()"
)
HERE = re.compile(
    r"(?i)\s*,?\s*(?:(?:listed|set out|set forth|described|defined|specified)\s+)?"
    r"(?:above|below|herein|hereof|of\s+this\s+(?:sub-?)?section|in\s+this\s+(?:sub-?)?section)\b"
)
JOINT = re.compile(
    r"(?i)(?:[’']s(?=[\s,;]))?\s*(?:(?P<range>(?<=\s)(?:through|thru|to|up\s+to(?:\s+and\s+including)?)(?=\s)|[–—-])"
    r"|(?P<both>[,;]?\s*\(?(?<=[\s,;(])(?:and/or|and\s+also|and|or|nor|but\s+not|plus|as\s+well\s+as|together\s+with|along\s+with)(?=\s)|&|/(?=\s?[\d(]))"
    r"|(?P<comma>[,;]))\s*"
)

CUE = re.compile(
    r"(?i)(?:\bsee(?:\s+also)?(?:\s+the\s+(?:\w+\s+){1,3}?(?:at|in|of))?|\bpursuant\s+to|\bin\s+accordance\s+with|\baccording\s+to|\bcf\.?|\bcit(?:es|ed|ing)"
    r"|\bcomply\s+with|\bsubject\s+to)[\s(]+$"
)
UNIT = re.compile(
    r"(?i)\s*(?:%|°|/(?!\s*\d{1,2}\.\d)|:\d|(?:[kmgt]?wh?|[kmgt]?va?r?h?|[kmgt]i?b|hz|hours?|hrs?|h|minutes?|mins?|seconds?|secs?|s|ms"
    r"|days?|business|calendar|weeks?|months?|years?|percent|pct|usd|dollars?|cents?|miles?|km|m|feet|ft|degrees?"
    r"|p\.?u|times|x|million|billion|thousand|a\.?m|p\.?m|o[’']clock|bps|volts?|amps?|per|mmbtu|points?|participants?"
    r"|units?|meters?|cases?|files?|people|pages?|others?|more|of\s+(?:us|them|our))\b)"
)
TITLED_JOINT = re.compile(
    r"\s*,\s+(?-i:[A-Z])[^.;()\n\d]{2,90}?(?:,\s+|,?\s+(?P<both>and|or)\s+)(?=\d)(?P<range>(?!))?(?P<comma>(?!))?"
)
AMOUNT_BEFORE = re.compile(
    r"(?:\b[245]\d\d[ -]|\bStatus:\s*|[$€£#@=<>≥≤~+×*_\\]|\w[-/:]|[A-Za-z]|(?<!\s)/|\b(?:USD|EUR)\s?)$"
)
GOES_ON_OTHERWISE = re.compile(r"(?i)[-–]\d{2,}|[a-z_]\w|[/:@]\d|-(?:alpha|beta|rc|dev|snapshot|lts|final)\b")
LONGEST_CHAPTER = 12
CHAPTER_BEFORE = re.compile(r"(?i)\bchapters?\s{1,3}$")
_NO_RULES = (
    "v|ver|vers|versions?|releases?|rel|rev|revisions?|build|patch|firmware|driver|ips?|ipv4|hosts?|servers?|gateway"
    "|subnet|dns|ports?|tls|ssl|java|jdk|jre|python|node|php|perl|ruby|chrome|firefox|edge|safari|windows|macos|ios"
    "|android|excel|office|openssl|outlook|adobe|acrobat|reader|linux|ubuntu|debian|kernel|schema|xsd|wsdl|xml|api"
    "|client|app|software|library|package|plugin|toolkit|sdk|cli|curl|git|postgres|postgresql|oracle|mysql|django"
    "|tomcat|apache|nginx|openjdk|browser|figures?|figs?|tables?|equations?|eqs?|formulas?|pages?|pp?|rows?|lines?"
    "|steps?|tickets?|invoices?|phone|tel|fax|ext|slides?|requirements?|reqs?|tests?|(?<!in )questions?|q|tasks?"
    "|milestones?|photo|drawing|sheet|schedules?|exhibits?|volume|vol|lots?|bullets?|columns?|cells?|chapters?"
    "|gps|lat(?:itude)?|lon(?:gitude)?|coordinates?|episodes?|levels?|stages?|phases?|standards?|oid|average|median|total|ratio|factor|score|index|errors?|orders?"
    "|items?|meters?|units?|feeders?|agenda|rooms?|devices?|stations?|accounts?|zones?|grids?|groups?|bus(?:es)?|eds?|issues?"
    r"|e?smtp\w{0,6}|(?:deploy|install|roll(?:ed)?\s+out|patch|reboot|restart|bump|pin|build|compil|releas)(?:e|ed|s|es|ing)?(?:\s+to)?"
    r"|(?:upgrad|updat|migrat|mov|switch)(?:e|ed|es|ing)\s+(?:\w+\s+){0,2}?(?:from|to)"
)
_LIST_BEFORE = r"(?:v?\d[\w.]*\s*(?:,|and|or|to|through|[-–/&])\s*)*$"
NO_RULE_BEFORE = re.compile(
    rf"(?i)(?<![\w-])(?=[a-z])(?:{_NO_RULES})\.?(?:\s+(?:is|was|were|nos?\.?|numbers?))?\s*[:#(“\"'v]?\s*{_LIST_BEFORE}"
    r"|\bv\d[\w.]{0,20}\s+(?:[a-z]+\s+){1,3}$"
)
AMOUNT_LEADS = re.compile(
    r"(?i)\b(?:from|at|by|than|was|were|is|to|about|approximately|roughly|around|nearly|equals|case|cases|code|id|nos?"
    rf"|numbers?|ref)\.?\s*[:#(]?\s*{_LIST_BEFORE}"
)
NETWORK_NEAR = re.compile(
    r"(?i)\b(?:address(?:es)?(?=\s*(?:is|are|of|:|\d))|ips?|ipv4|subnets?|firewalls?|ping(?:ed)?|dns|servers?|hosts?|vpn|gateways?|allow-?list|nat|routers?"
    r"|proxy|proxies|traceroute|tcp|udp|connections?|logged\s+in|client\s+address|netmask|networks?|workstations?|laptops?|resolver|endpoint)\b"
)
ADDRESS_BEFORE = re.compile(
    r"(?i)\[$|\b(?:from|to|received|via|client|source|src|dst|dest|x-[\w-]{1,20})\s*[:=]\s*[\[(]?$"
)
NO_RULE_AFTER = re.compile(
    r"(?i)(?:\s*(?:,|and|or|to|through|[–-])\s*\d[\d.]*){0,9}\s+(?:\w+s\s+(?:an?|per|each|every)\s+(?:hour|day|week|month|quarter|year)|test\s+cases?|builds?|firmware|drivers?|patch(?:es)?|versions?|kinds?|types?|sorts?|releases?|(?-i:[NSEW]))\b"
)
DATE_BEFORE = re.compile(
    r"(?i)\b(?:on|dated?|since|until|before|after|by|from|of|for|due|between|effective|updated|received|sent|issued"
    r"|opened|closed|filed|logged|created|signed|posted|paid|delivered|submitted|expires?|expired|through)"
    r"[\s:]+(?:\d[\d.]*\s+(?:and|to)\s+)?$"
)
OTHER_LAW_BEFORE = re.compile(
    r"(?i)(?:\barticle\s+(?:\d{1,3}|[ivxl]{1,6}),?\s+(?:[\w ]{1,40},\s*)?"
    r"|\b\d{1,3}\s+(?-i:(?:[A-Z]\.?\s?){2,6}),?\s*(?:part\s+)?|\bc\.?\s?f\.?\s?r\.?,?\s*(?:part\s+)?"
    r"|\bu\.?\s?s\.?\s?c\.?,?\s*"
    r"|\b(?:code(?:\s+ann\.?)?|act|statutes?)(?:,?\s+\(?|\()|\bsubst(?:antive|\.)\s+r(?:ules?|\.)\s*"
    r"|\bprocedural\s+rules?\s+|\b(?:commission|federal|state)(?:[’']s)?\s+rules?\s+|\bregulations?\s+"
    r"|\b(?:agreement|contract|msa|lease|policy|tariff|order|indenture|bylaws)[’']?s?,?\s+\(?"
    r"|\bversion\s+[\d.]{1,9}\s+of\s+(?:the|our|your)\s+[\w -]{1,30},\s+"
    r"|\border\s+(?:nos?\.\s*)?[\d-]{2,9}(?:-[A-Z])?,?\s+(?:at\s+)?(?:par(?:a|agraph)?s?\.?\s+)?)$"
)
OTHER_LAW_AFTER = re.compile(
    r"(?i)\s*,?\s*(?:of|in|to)\s+(?:(?:the\s+)?(?-i:ISO|IEC|IEEE|ANSI|ASTM|NIST|NFPA|RFC|EN)\s?\d{2,6}\b"
    r"|the\s+(?:[\w’'.-]+\s+){1,4}?of\s+(?:our|your|their|my)\b)|"
    r"\s*,?\s*(?:of|in|to)\s+(?:the\s+|our\s+|your\s+|this\s+|that\s+|their\s+|its\s+|his\s+|her\s+|an?\s+|my\s+)?"
    r"(?:[\w’'.-]+\s+){0,4}?(?:code|act|statutes?|regulations?|agreements?|contracts?|c\.?f\.?r\.?|licen[sc]es?|permits?|leases?|letters?|reports?"
    r"|documents?|spreadsheets?|specifications?|specs?|user\s+guides?|users?\s+manuals?|handbooks?|standards?|orders?|tariff"
    r"|e-?mails?|messages?|invoices?|statements?|presentations?|decks?|white\s?papers?|readme|bylaws|constitution"
    r"|drafts?|articles?|books?|novels?|theses|thesis|proposals?|polic(?:y|ies)|questionnaires?|templates?|surveys?"
    r"|release\s+notes|slides?|schema|red-?lines?|blacklines?|comments|filings?|substantive\s+rules?|commission\s+rules?|memo(?:randum)?s?|minutes)\b"
)
