// Where the client starts: puts the app into the page.
import { render } from "preact";

function App() {
  return <h1>Rumpus</h1>;
}

const root = document.getElementById("app");
if (root) render(<App />, root);
