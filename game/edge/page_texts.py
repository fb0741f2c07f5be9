"""What the pages that the server itself writes say, in each language: results, invitations, previews."""

from dataclasses import dataclass

from flask import Request

from game.protocol.http import PROBLEMS


@dataclass(frozen=True, kw_only=True)
class Texts:
    """The words of the page in one language."""

    language: str
    locale: str
    months: tuple[str, ...]
    date: str
    length: str
    wins: str
    share: str
    many_share: str
    conjunction: str
    all_lost: str
    none_scored: str
    draw: str
    unfinished: str
    points: str
    players: str
    summary: str
    watch: str
    picture: str
    place: str
    player: str
    points_head: str
    bot: str
    awards: str
    needs_script: str
    play: str
    invites: str
    invited: str
    game_needs_script: str
    home: str
    problems: dict[str, str]


ENGLISH = Texts(
    language="en",
    locale="en_GB",
    months=(
        *("January", "February", "March", "April", "May", "June", "July"),
        *("August", "September", "October", "November", "December"),
    ),
    date="{day} {month} {year}",
    length="{minutes}:{seconds:02} min",
    wins="{names} wins",
    share="{names} share the win",
    many_share="{n} players share the win",
    conjunction=" and ",
    all_lost="Everybody has lost, together",
    none_scored="Nobody had scored yet",
    draw="It’s a draw",
    unfinished="Not finished",
    points="{points} points",
    players="{n} players",
    summary="{result}. {details}.",
    watch="Watch the replay.",
    picture="{title}: {result}",
    place="Place",
    player="Player",
    points_head="Points",
    bot="bot",
    awards="Awards",
    needs_script="The replay needs JavaScript. Please allow it for this page.",
    play="Play {site}",
    invites="{host} invites you: {title}",
    invited="Open the link and play along: no sign-up, no download.",
    game_needs_script="The games are drawn by JavaScript. Please allow it for this page.",
    home="Play together, right now: no sign-up, no download. Send a link and your friends are in.",
    problems={code: kind.message for code, kind in PROBLEMS.items()},
)
GERMAN = Texts(
    language="de",
    locale="de_DE",
    months=(
        *("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli"),
        *("August", "September", "Oktober", "November", "Dezember"),
    ),
    date="{day}. {month} {year}",
    length="{minutes}:{seconds:02} min",
    wins="{names} gewinnt",
    share="{names} teilen sich den Sieg",
    many_share="{n} Spieler teilen sich den Sieg",
    conjunction=" und ",
    all_lost="Alle haben gemeinsam verloren",
    none_scored="Noch hatte niemand Punkte",
    draw="Unentschieden",
    unfinished="Nicht zu Ende gespielt",
    points="{points} Punkte",
    players="{n} Spieler",
    summary="{result}. {details}.",
    watch="Sieh dir die Aufzeichnung an.",
    picture="{title}: {result}",
    place="Platz",
    player="Spieler",
    points_head="Punkte",
    bot="Bot",
    awards="Auszeichnungen",
    needs_script="Die Aufzeichnung braucht JavaScript. Bitte erlaube es für diese Seite.",
    play="{site} spielen",
    invites="{host} lädt dich ein: {title}",
    invited="Öffne den Link und spiel mit: ohne Anmeldung, ohne Download.",
    game_needs_script="Die Spiele brauchen JavaScript. Bitte erlaube es für diese Seite.",
    home="Sofort zusammen spielen: ohne Anmeldung, ohne Download. Link schicken, schon sind alle dabei.",
    problems={
        "no_match": "Unter dieser Adresse gibt es kein Spiel. Vielleicht wurde es gelöscht, oder der Link "
        "ist unvollständig.",
        "private": "Dieses Spiel ist privat.",
        "no_journal": "Das Ergebnis dieses Spiels ist noch da. Die Aufzeichnung wurde gelöscht, wie alle "
        "alten.",
        "no_rules": "Dieser Server hat keine solchen Spielregeln.",
        "not_kept": "Dieser Server bewahrt keine Spiele auf.",
        "unavailable": "Spiele lassen sich gerade nicht nachschlagen. Versuch es in einer Minute noch "
        "einmal.",
        "too_many": "Aus deinem Netz wurden zu viele Spiele nachgeschlagen. Warte ein paar Sekunden.",
        "busy": "Gerade werden zu viele Bilder gezeichnet. Versuch es in ein paar Sekunden noch einmal.",
    },
)
SPANISH = Texts(
    language="es",
    locale="es_ES",
    months=(
        *("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio"),
        *("agosto", "septiembre", "octubre", "noviembre", "diciembre"),
    ),
    date="{day} de {month} de {year}",
    length="{minutes}:{seconds:02} min",
    wins="Gana {names}",
    share="{names} comparten la victoria",
    many_share="{n} jugadores comparten la victoria",
    conjunction=" y ",
    all_lost="Todos han perdido, juntos",
    none_scored="Nadie había puntuado todavía",
    draw="Empate",
    unfinished="Sin terminar",
    points="{points} puntos",
    players="{n} jugadores",
    summary="{result}. {details}.",
    watch="Mira la repetición.",
    picture="{title}: {result}",
    place="Puesto",
    player="Jugador",
    points_head="Puntos",
    bot="bot",
    awards="Premios",
    needs_script="La repetición necesita JavaScript. Permítelo para esta página.",
    play="Jugar a {site}",
    invites="{host} te invita: {title}",
    invited="Abre el enlace y juega: sin registro ni descargas.",
    game_needs_script="Los juegos necesitan JavaScript. Permítelo para esta página.",
    home="Jugad juntos, ahora mismo: sin registro ni descargas. Envía un enlace y tus amigos ya "
    "están dentro.",
    problems={
        "no_match": "No hay ninguna partida en esta dirección. Puede que se haya borrado o que el "
        "enlace esté "
        "incompleto.",
        "private": "Esta partida es privada.",
        "no_journal": "El resultado de esta partida se conserva, pero su repetición se ha borrado, "
        "como todas "
        "las antiguas.",
        "no_rules": "Este servidor no tiene esas reglas.",
        "not_kept": "Este servidor no guarda partidas.",
        "unavailable": "Ahora mismo no se pueden buscar partidas. Inténtalo en un minuto.",
        "too_many": "Demasiadas búsquedas de partidas desde tu red. Espera unos segundos.",
        "busy": "Se están dibujando demasiadas imágenes. Inténtalo en unos segundos.",
    },
)
FRENCH = Texts(
    language="fr",
    locale="fr_FR",
    months=(
        *("janvier", "février", "mars", "avril", "mai", "juin", "juillet"),
        *("août", "septembre", "octobre", "novembre", "décembre"),
    ),
    date="{day} {month} {year}",
    length="{minutes}:{seconds:02} min",
    wins="{names} gagne",
    share="{names} se partagent la victoire",
    many_share="{n} joueurs se partagent la victoire",
    conjunction=" et ",
    all_lost="Tout le monde a perdu, ensemble",
    none_scored="Personne n’avait encore marqué",
    draw="Match nul",
    unfinished="Pas terminée",
    points="{points} points",
    players="{n} joueurs",
    summary="{result}. {details}.",
    watch="Regarde la rediffusion.",
    picture="{title}: {result}",
    place="Place",
    player="Joueur",
    points_head="Points",
    bot="bot",
    awards="Récompenses",
    needs_script="La rediffusion a besoin de JavaScript. Autorise-le pour cette page.",
    play="Jouer à {site}",
    invites="{host} t’invite : {title}",
    invited="Ouvre le lien et joue : sans inscription ni téléchargement.",
    game_needs_script="Les jeux ont besoin de JavaScript. Autorise-le pour cette page.",
    home="Jouez ensemble, tout de suite : sans inscription ni téléchargement. Envoie un lien et "
    "tes amis sont là.",
    problems={
        "no_match": "Il n’y a pas de partie à cette adresse. Elle a peut-être été supprimée, ou le lien est "
        "incomplet.",
        "private": "Cette partie est privée.",
        "no_journal": "Le résultat de cette partie est gardé, mais sa rediffusion a été supprimée, "
        "comme toutes "
        "les anciennes.",
        "no_rules": "Ce serveur n’a pas ces règles.",
        "not_kept": "Ce serveur ne garde pas les parties.",
        "unavailable": "Impossible de chercher des parties pour l’instant. Réessaie dans une minute.",
        "too_many": "Trop de recherches de parties depuis ton réseau. Attends quelques secondes.",
        "busy": "Trop d’images sont en cours de dessin. Réessaie dans quelques secondes.",
    },
)
PORTUGUESE = Texts(
    language="pt-BR",
    locale="pt_BR",
    months=(
        *("janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho"),
        *("agosto", "setembro", "outubro", "novembro", "dezembro"),
    ),
    date="{day} de {month} de {year}",
    length="{minutes}:{seconds:02} min",
    wins="{names} venceu",
    share="{names} dividem a vitória",
    many_share="{n} jogadores dividem a vitória",
    conjunction=" e ",
    all_lost="Todos perderam, juntos",
    none_scored="Ninguém tinha pontuado ainda",
    draw="Empate",
    unfinished="Não terminou",
    points="{points} pontos",
    players="{n} jogadores",
    summary="{result}. {details}.",
    watch="Veja o replay.",
    picture="{title}: {result}",
    place="Lugar",
    player="Jogador",
    points_head="Pontos",
    bot="bot",
    awards="Prêmios",
    needs_script="O replay precisa de JavaScript. Permita-o nesta página.",
    play="Jogar {site}",
    invites="{host} convida você: {title}",
    invited="Abra o link e jogue: sem cadastro nem download.",
    game_needs_script="Os jogos precisam de JavaScript. Permita-o nesta página.",
    home="Joguem juntos, agora mesmo: sem cadastro nem download. Mande um link e seus amigos já entram.",
    problems={
        "no_match": "Não há partida neste endereço. Ela pode ter sido apagada, ou o link está incompleto.",
        "private": "Esta partida é privada.",
        "no_journal": "O resultado desta partida foi guardado, mas o replay foi apagado, como todos "
        "os antigos.",
        "no_rules": "Este servidor não tem essas regras.",
        "not_kept": "Este servidor não guarda partidas.",
        "unavailable": "Não dá para procurar partidas agora. Tente em um minuto.",
        "too_many": "Buscas de partidas demais na sua rede. Espere alguns segundos.",
        "busy": "Imagens demais estão sendo desenhadas. Tente em alguns segundos.",
    },
)
POLISH = Texts(
    language="pl",
    locale="pl_PL",
    months=(
        *("stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca", "lipca"),
        *("sierpnia", "września", "października", "listopada", "grudnia"),
    ),
    date="{day} {month} {year}",
    length="{minutes}:{seconds:02} min",
    wins="{names} wygrywa",
    share="Wspólna wygrana: {names}",
    many_share="Wspólna wygrana, graczy: {n}",
    conjunction=" i ",
    all_lost="Wszyscy razem przegrali",
    none_scored="Nikt jeszcze nie miał punktów",
    draw="Remis",
    unfinished="Niedokończony",
    points="Punkty: {points}",
    players="Gracze: {n}",
    summary="{result}. {details}.",
    watch="Obejrzyj powtórkę.",
    picture="{title}: {result}",
    place="Miejsce",
    player="Gracz",
    points_head="Punkty",
    bot="bot",
    awards="Nagrody",
    needs_script="Powtórka wymaga JavaScriptu. Zezwól na niego na tej stronie.",
    play="Zagraj w {site}",
    invites="{host} zaprasza: {title}",
    invited="Otwórz link i graj: bez rejestracji, bez pobierania.",
    game_needs_script="Gry wymagają JavaScriptu. Zezwól na niego na tej stronie.",
    home="Gracie razem, tu i teraz: bez rejestracji, bez pobierania. Wyślij link i znajomi już są w grze.",
    problems={
        "no_match": "Pod tym adresem nie ma meczu. Mógł zostać usunięty albo link jest niepełny.",
        "private": "Ten mecz jest prywatny.",
        "no_journal": "Wynik tego meczu jest zachowany, ale powtórka została usunięta, jak wszystkie stare.",
        "no_rules": "Ten serwer nie ma takich reguł.",
        "not_kept": "Ten serwer nie przechowuje meczów.",
        "unavailable": "Nie można teraz wyszukać meczów. Spróbuj za minutę.",
        "too_many": "Z twojej sieci wyszukano za dużo meczów. Odczekaj kilka sekund.",
        "busy": "Rysuje się teraz za dużo obrazów. Spróbuj za kilka sekund.",
    },
)
TURKISH = Texts(
    language="tr",
    locale="tr_TR",
    months=(
        *("Ocak", "Şubat", "Mart", "Nisan", "Mayıs", "Haziran", "Temmuz"),
        *("Ağustos", "Eylül", "Ekim", "Kasım", "Aralık"),
    ),
    date="{day} {month} {year}",
    length="{minutes}:{seconds:02} dk",
    wins="{names} kazandı",
    share="{names} birlikte kazandı",
    many_share="{n} oyuncu birlikte kazandı",
    conjunction=" ve ",
    all_lost="Herkes birlikte kaybetti",
    none_scored="Henüz kimse puan almamıştı",
    draw="Berabere",
    unfinished="Bitmedi",
    points="{points} puan",
    players="{n} oyuncu",
    summary="{result}. {details}.",
    watch="Tekrarını izle.",
    picture="{title}: {result}",
    place="Sıra",
    player="Oyuncu",
    points_head="Puan",
    bot="bot",
    awards="Ödüller",
    needs_script="Tekrar için JavaScript gerekli. Bu sayfa için izin ver.",
    play="{site} oyna",
    invites="{host} seni davet ediyor: {title}",
    invited="Bağlantıyı aç ve oyna: kayıt yok, indirme yok.",
    game_needs_script="Oyunlar için JavaScript gerekli. Bu sayfa için izin ver.",
    home="Birlikte oynayın, hemen şimdi: kayıt yok, indirme yok. Bir bağlantı gönder, arkadaşların gelsin.",
    problems={
        "no_match": "Bu adreste maç yok. Silinmiş ya da bağlantı eksik olabilir.",
        "private": "Bu maç gizli.",
        "no_journal": "Bu maçın sonucu duruyor ama tekrarı, bütün eskiler gibi silindi.",
        "no_rules": "Bu sunucuda böyle kurallar yok.",
        "not_kept": "Bu sunucu maçları saklamıyor.",
        "unavailable": "Şu anda maç aranamıyor. Bir dakika sonra dene.",
        "too_many": "Ağından çok fazla maç arandı. Birkaç saniye bekle.",
        "busy": "Şu anda çok fazla resim çiziliyor. Birkaç saniye sonra dene.",
    },
)
LANGUAGES = {
    texts.language: texts for texts in (ENGLISH, GERMAN, SPANISH, FRENCH, PORTUGUESE, POLISH, TURKISH)
}


def texts_for(request: Request) -> Texts:
    """The language that a request prefers; English if it names none that is here."""
    return LANGUAGES[request.accept_languages.best_match(list(LANGUAGES), ENGLISH.language)]
