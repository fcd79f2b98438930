"""Everything a learner reads, in English and Simplified Chinese: gettext catalogues, and the language that is in force."""

from diffexplain.i18n.language import LANGUAGES, current, set_language, speaking
from diffexplain.i18n.words import Words, plural, say, words_of

__all__ = ["LANGUAGES", "Words", "current", "plural", "say", "set_language", "speaking", "words_of"]
