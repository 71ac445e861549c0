// One stream for all tabs of a browser. A browser opens six connections to a server that speaks
// HTTP/1.1, whatever the number of tabs: six streams would leave none for anything else.
import { stream } from "./stream.js";

const ports = new Set();
let state = { kind: "down" };
let overview = null;

const events = stream("api/v1/events", (news) => {
  if (news.kind === "overview") overview = news;
  else state = news;
  if (news.kind === "signed-out") overview = null;
  for (const port of ports) port.postMessage(news);
});

function join(port) {
  ports.add(port);
  port.postMessage({ kind: "joined" });
  port.postMessage(state);
  if (overview && state.kind === "up") port.postMessage(overview);
}

onconnect = ({ ports: [port] }) => {
  port.onmessage = ({ data }) => {
    switch (data) {
      case "join": join(port); break;
      case "leave": ports.delete(port); break;
      case "retry": events.retry(); break;
    }
  };
};
