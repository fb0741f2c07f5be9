"""The page of a kept match: the client's page with a title, tags for previews elsewhere, and the result.

The result is plain HTML for readers without JavaScript: search engines, text browsers, and programs that read
a link before they show it. The browser client does not use it.
"""

import re
import time
from collections.abc import Iterable
from html import escape
from typing import NamedTuple

from game.edge.page_texts import Texts
from game.protocol.http import MatchInfo, MatchSeat

SITE = "Rumpus"
PICTURE_WIDTH, PICTURE_HEIGHT = 1200, 630
MAX_NAMED_WINNERS = 3
ORIGINAL_TAGS = re.compile(
    r'\s*(?:<meta (?:name="description"|property="og:[a-z_:]+")|<link rel="preload" href="/moment.svg")[^>]*>'
)


class Template(NamedTuple):
    """The client's page in the parts between which a match's own content goes: title, head, and body."""

    before_title: str
    before_head_end: str
    before_card: str
    after_card: str

    @classmethod
    def of(cls, index: str) -> "Template":
        """Cut the client's page; of a page without these places the parts are empty at the end."""
        index = ORIGINAL_TAGS.sub("", index)
        before_title, _, rest = index.partition("<title>")
        rest = rest.partition("</title>")[2]
        before_head_end, head_end, rest = rest.partition("</head>")
        before_card, start, rest = rest.partition("<noscript>")
        _, end, after_card = rest.partition("</noscript>")
        return cls(before_title, before_head_end, head_end + before_card + start, end + after_card)

    def page(self, texts: Texts, title: str, head: str, card: str) -> str:
        """A page: `title` is text, `head` and `card` are HTML."""
        top = self.before_title.replace('<html lang="en"', f'<html lang="{texts.language}"', 1)
        parts = (
            top,
            f"<title>{escape(title)}</title>",
            self.before_head_end,
            head,
            self.before_card,
            card,
            self.after_card,
        )
        return "".join(parts)


def match_page(template: Template, match: MatchInfo, base: str, texts: Texts) -> str:
    """The page of a match.

    Args:
        template: the client's page.
        match: what is kept of the match.
        base: the address of this server, such as `https://play.example.org`; "" leaves out what needs it.
        texts: the language.

    Returns:
        HTML.
    """
    result = result_text(match, texts)
    title = f"{match.title}: {result} – {SITE}"
    details = [length_text(match, texts), date_text(match.ended_ms, texts)]
    if len(match.seats) > 1:
        details.insert(0, texts.players.format(n=len(match.seats)))
    description = texts.summary.format(result=result, details=", ".join(details)) + " " + texts.watch
    head = _tags(match, base, texts, title, description)
    return template.page(texts, title, head, _card(match, texts, result))


def problem_page(template: Template, code: str, texts: Texts) -> str:
    """The page for a match that cannot be shown: the sentence, for readers without JavaScript."""
    sentence = texts.problems[code]
    head = meta("name", "description", sentence)
    card = (
        f'<main class="result-card panel"><h1>{SITE}</h1><p>{escape(sentence)}</p>{play_link(texts)}</main>'
    )
    return template.page(texts, SITE, head, card)


def _tags(match: MatchInfo, base: str, texts: Texts, title: str, description: str) -> str:
    tags = text_tags(texts, title, description)
    if base:
        page, picture = f"{base}/m/{match.id}", f"{base}/m/{match.id}.png"
        alt = texts.picture.format(title=match.title, result=result_text(match, texts))
        tags += [
            f'<link rel="canonical" href="{escape(page)}" />',
            meta("property", "og:url", page),
            *picture_tags(picture, alt),
        ]
    return "\n    ".join(tags) + "\n  "


def text_tags(texts: Texts, title: str, description: str) -> list[str]:
    """The tags that say what a page is, for programs that show links."""
    return [
        meta("name", "description", description),
        meta("property", "og:type", "website"),
        meta("property", "og:site_name", SITE),
        meta("property", "og:locale", texts.locale),
        meta("property", "og:title", title),
        meta("property", "og:description", description),
        meta("name", "twitter:title", title),
        meta("name", "twitter:description", description),
    ]


def picture_tags(url: str, alt: str) -> list[str]:
    """The tags of a preview picture; `alt` is what it shows."""
    return [
        meta("property", "og:image", url),
        meta("property", "og:image:type", "image/png"),
        meta("property", "og:image:width", str(PICTURE_WIDTH)),
        meta("property", "og:image:height", str(PICTURE_HEIGHT)),
        meta("property", "og:image:alt", alt),
        meta("name", "twitter:card", "summary_large_image"),
        meta("name", "twitter:image", url),
        meta("name", "twitter:image:alt", alt),
    ]


def meta(key: str, name: str, content: str) -> str:
    """A `<meta>` tag; `key` is "name" or "property"."""
    return f'<meta {key}="{name}" content="{escape(content)}" />'


def _card(match: MatchInfo, texts: Texts, result: str) -> str:
    details = " · ".join((date_text(match.ended_ms, texts), length_text(match, texts)))
    decided = any(seat.place for seat in match.seats) and not match.nobody_won
    head = [texts.place, texts.player, texts.points_head] if decided else [texts.player]
    rows = "".join(_row(seat, texts, decided) for seat in ranked(match.seats))
    awards = "".join(
        f"<li><strong>{escape(award.award)}</strong> <bdi>{escape(seat.name)}</bdi></li>"
        for seat in match.seats
        for award in seat.awards
    )
    return (
        '<main class="result-card panel">'
        f"<h1>{escape(match.title)}</h1>"
        f'<p class="muted">{escape(details)}</p>'
        f"<p><strong>{escape(result)}</strong></p>"
        f"<table><thead><tr>{''.join(f'<th scope=col>{escape(one)}</th>' for one in head)}</tr></thead>"
        f"<tbody>{rows}</tbody></table>"
        + (f"<h2>{escape(texts.awards)}</h2><ul>{awards}</ul>" if awards else "")
        + f'<p class="muted">{escape(texts.needs_script)}</p>{play_link(texts)}</main>'
    )


def _row(seat: MatchSeat, texts: Texts, decided: bool) -> str:
    bot = f' <span class="muted">({texts.bot})</span>' if seat.bot else ""
    name = f"<td><bdi>{escape(seat.name)}</bdi>{bot}</td>"
    if not decided:
        return f"<tr>{name}</tr>"
    return f"<tr><td>{seat.place or '–'}</td>{name}<td>{seat.points}</td></tr>"


def play_link(texts: Texts) -> str:
    """The link to the home page."""
    return f'<p><a href="/">{escape(texts.play.format(site=SITE))}</a></p>'


def ranked(seats: Iterable[MatchSeat]) -> list[MatchSeat]:
    """Seats by place; those without a place last."""
    return sorted(seats, key=lambda one: (one.place == 0, one.place, -one.points, one.seat))


def result_text(match: MatchInfo, texts: Texts) -> str:
    """The winners, without a full stop."""
    if match.nobody_won:
        return texts.draw if match.nobody_won == "draw" else texts.none_scored
    names = [seat.name for seat in match.seats if seat.place == 1]
    if not names:
        return texts.all_lost if any(seat.place for seat in match.seats) else texts.unfinished
    if len(names) == 1:
        return texts.wins.format(names=names[0])
    if len(names) > MAX_NAMED_WINNERS:
        return texts.many_share.format(n=len(names))
    return texts.share.format(names=", ".join(names[:-1]) + texts.conjunction + names[-1])


def length_text(match: MatchInfo, texts: Texts) -> str:
    """The length of a match in minutes and seconds."""
    seconds = match.ticks // max(1, match.tick_hz)
    return texts.length.format(minutes=seconds // 60, seconds=seconds % 60)


def date_text(ms: int, texts: Texts) -> str:
    """A day, in UTC."""
    day = time.gmtime(ms / 1000)
    return texts.date.format(day=day.tm_mday, month=texts.months[day.tm_mon - 1], year=day.tm_year)
