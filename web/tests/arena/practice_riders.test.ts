import { expect, it } from "vitest";
import { practiceRiders } from "../../src/arena/DemoArena";

const bots = [0, 1, 2, 3, 4].map((seat) => ({ seat, name: `Bot ${seat}`, level: 3, style: 0 }));

it("gives the person their own look, and each bot a colour that nobody else has", () => {
  const riders = practiceRiders(bots, { name: "Me", colour: 3, shape: "square" });
  expect(riders.map(({ colour }) => colour)).toEqual([3, 1, 2, 4, 5]);
  expect(riders.map(({ mine }) => mine)).toEqual([true, false, false, false, false]);
});
