import { describe, expect, it } from "vitest";
import { BARE, bareParser, readPacket } from "../../src/net/parser";

describe("text packets", () => {
  it("are read as Socket.IO writes them", () => {
    expect(readPacket('0{"sid":"a"}')).toEqual({ type: 0, nsp: "/", data: { sid: "a" } });
    expect(readPacket("1")).toEqual({ type: 1, nsp: "/" });
    expect(readPacket('2["room",{"a":1}]')).toEqual({ type: 2, nsp: "/", data: ["room", { a: 1 }] });
    expect(readPacket('2/lobby,["rooms",{}]')).toEqual({ type: 2, nsp: "/lobby", data: ["rooms", {}] });
    expect(readPacket('3/lobby,12[{"ok":true}]')).toEqual({
      type: 3,
      nsp: "/lobby",
      id: 12,
      data: [{ ok: true }],
    });
    expect(readPacket('4{"code":"full"}')).toEqual({ type: 4, nsp: "/", data: { code: "full" } });
  });

  it("are refused when they are none", () => {
    for (const text of ["", "x", "9[]", '51-["s",{"_placeholder":true,"num":0}]', "2{}", "2[1]", '2["a"'])
      expect(() => readPacket(text)).toThrow();
  });
});

describe("our framing", () => {
  it("writes events as Socket.IO does and bare bytes as they are", () => {
    const { Encoder } = bareParser(() => {});
    const encoder = new Encoder();
    expect(encoder.encode({ type: 0, nsp: "/", data: { version: 1 } })).toEqual(['0{"version":1}']);
    expect(encoder.encode({ type: 2, nsp: "/", id: 3, data: ["join", { code: "A" }] })).toEqual([
      '23["join",{"code":"A"}]',
    ]);
    expect(encoder.encode({ type: 0, nsp: "/lobby" })).toEqual(["0/lobby,"]);
    const bytes = Uint8Array.of(1, 2);
    expect(encoder.encode({ type: 2, nsp: "/", data: [BARE, bytes] })).toEqual([bytes]);
  });

  it("hands binary messages over and text packets on", () => {
    const frames: Uint8Array[] = [];
    const packets: unknown[] = [];
    const decoder = new (bareParser((bytes) => frames.push(bytes)).Decoder)();
    const heard = (packet: unknown) => packets.push(packet);
    decoder.on("decoded", heard);
    decoder.add(Uint8Array.of(7, 8).buffer);
    decoder.add('2["a"]');
    decoder.off("decoded", heard);
    decoder.add('2["b"]');
    expect(frames).toEqual([Uint8Array.of(7, 8)]);
    expect(packets).toEqual([{ type: 2, nsp: "/", data: ["a"] }]);
  });
});
