// Where the client starts: puts the app into the page and the settings onto it.
import "./style/base.css";
import "./style/surfaces.css";
import "./style/controls.css";
import "./style/chat.css";
import "./style/home.css";
import "./style/lobby.css";
import "./style/result_card.css";
import "./style/match.css";
import { effect } from "@preact/signals";
import { render } from "preact";
import { learnGames } from "./i18n";
import { App, warmUp } from "./screens/App";
import { keepAddress } from "./screens/address";
import { beginHeralds } from "./screens/heralds";
import { session } from "./session/page";
import { calm, settings } from "./settings";
import { listenForInstall } from "./ui/install";
import { keepTexts } from "./ui/translated";

effect(() => {
  const { dataset } = document.documentElement;
  dataset.text = settings.textSize.value;
  dataset.contrast = settings.highContrast.value ? "high" : "normal";
  dataset.motion = calm.value ? "calm" : "full";
});

effect(() => learnGames(session.games.value));

listenForInstall(window);
session.open();
keepAddress();
beginHeralds();

const root = document.getElementById("app");
if (root) keepTexts(root);
if (root) render(<App />, root);

// The first sign of somebody there: what a room needs is fetched before they have chosen.
for (const sign of ["pointermove", "pointerdown", "keydown"]) addEventListener(sign, warmUp, { once: true });
