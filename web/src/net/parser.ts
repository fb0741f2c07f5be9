// Our framing for socket.io-client (its `parser` option): Socket.IO's own JSON packets as text, and
// bare bytes beside them. A binary message that arrives is a frame and goes to `onFrame`; emitting
// BARE with bytes sends one binary message with nothing around it.

export const BARE = "bare";

interface Packet {
  type: number;
  nsp: string;
  data?: unknown;
  id?: number;
}

const EVENT = 2;
const LAST_TYPE = 4;

class Encoder {
  encode(packet: Packet): (string | Uint8Array)[] {
    const data = packet.data as unknown[];
    if (packet.type === EVENT && data[0] === BARE) return [data[1] as Uint8Array];
    const place = packet.nsp === "/" ? "" : `${packet.nsp},`;
    const body = packet.data === undefined ? "" : JSON.stringify(packet.data);
    return [`${packet.type}${place}${packet.id ?? ""}${body}`];
  }
}

/** Splits a text packet. Raises if it is malformed; then the library closes the connection. */
export function readPacket(text: string): Packet {
  const found = /^([0-6])(?:(\/[^,]*),)?(\d*)/.exec(text);
  if (!found) throw new Error("a packet without a type");
  const type = Number(found[1]);
  if (type > LAST_TYPE) throw new Error("attachments were not agreed upon");
  const packet: Packet = { type, nsp: found[2] ?? "/" };
  if (found[3]) packet.id = Number(found[3]);
  const body = text.slice(found[0].length);
  if (body) packet.data = JSON.parse(body);
  if (type === EVENT && !(Array.isArray(packet.data) && typeof packet.data[0] === "string"))
    throw new Error("an event without a name");
  return packet;
}

type Heard = (packet: Packet) => void;

/** A parser whose binary messages all go to `onFrame`. */
export function bareParser(onFrame: (bytes: Uint8Array) => void) {
  class Decoder {
    private heard: Heard[] = [];

    on(_event: "decoded", heard: Heard): void {
      this.heard.push(heard);
    }

    off(_event: "decoded", heard: Heard): void {
      this.heard = this.heard.filter((one) => one !== heard);
    }

    add(message: string | ArrayBuffer): void {
      if (typeof message !== "string") {
        onFrame(new Uint8Array(message));
        return;
      }
      const packet = readPacket(message);
      for (const heard of this.heard) heard(packet);
    }

    destroy(): void {}
  }
  return { Encoder, Decoder };
}
