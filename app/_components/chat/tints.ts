// The colours that a card may name, as Feishu's; how each looks is in the style sheet's tokens.

const TINTS = [
  ...["blue", "wathet", "turquoise", "green", "lime", "yellow", "orange"],
  ...["red", "carmine", "violet", "purple", "indigo", "grey"],
];

/** "blue-500" and "bg-blue" are blue; what is unknown is grey. */
export function tintOf(colour: unknown): { "data-tint": string } {
  const name = String(colour).toLowerCase().replace("neutral", "grey").replace("gray", "grey");
  return { "data-tint": TINTS.find((tint) => name.startsWith(tint)) ?? "grey" };
}
