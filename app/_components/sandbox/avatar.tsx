import { Bot as BotIcon } from "lucide-react";

const TINTS = ["orange", "turquoise", "purple", "carmine", "green", "indigo", "wathet"];

/** The first letter of a name on a colour of its own; a bot has its sign. */
export function Avatar({ name, isBot = false, isGroup = false }: { name: string; isBot?: boolean; isGroup?: boolean }) {
  const sum = [...name].reduce((total, letter) => total + (letter.codePointAt(0) ?? 0), 0);
  return (
    <span
      aria-hidden="true"
      data-tint={isBot ? "blue" : TINTS[sum % TINTS.length]}
      className={`grid size-8 flex-none place-items-center bg-(--tint-soft) text-table font-semibold text-(--tint) ${isGroup ? "rounded-control" : "rounded-full"}`}
    >
      {isBot ? <BotIcon className="size-4.5" /> : [...name][0]?.toUpperCase()}
    </span>
  );
}
