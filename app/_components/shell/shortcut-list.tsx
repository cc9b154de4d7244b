"use client";
import { useTranslations } from "next-intl";
import { Modal } from "@/app/_components/parts/modal";
import type { Place } from "@/app/_components/shell/places";
import { SingleKeysSwitch } from "@/app/_components/shell/single-keys-switch";
import { useCommandKey } from "@/app/_components/shell/use-command-key";

/** What the keyboard can do. */
export function ShortcutList({ places, onClose }: { places: Place[]; onClose: () => void }) {
  const t = useTranslations("ui.shell");
  const command = useCommandKey();
  return (
    <Modal open onClose={onClose} title={t("shortcuts")}>
      <dl className="grid grid-cols-[1fr_auto] gap-x-6 gap-y-2 text-table">
        <Keys keys={["/"]} words={t("shortcutSearch")} />
        <Keys keys={[command, "K"]} words={t("shortcutPalette")} />
        {places.map(({ name, key }) => (
          <Keys key={name} keys={["g", key]} words={t("shortcutGo", { place: t(`places.${name}`) })} />
        ))}
        <Keys keys={["m"]} words={t("shortcutCompose")} />
        <Keys keys={["↑", "↓"]} words={t("shortcutRows")} />
        <Keys keys={["x"]} words={t("shortcutSelect")} />
        <Keys keys={["?"]} words={t("shortcutList")} />
      </dl>
      <div className="mt-4 border-t pt-4">
        <SingleKeysSwitch />
      </div>
    </Modal>
  );
}

function Keys({ keys, words }: { keys: string[]; words: string }) {
  return (
    <>
      <dt>{words}</dt>
      <dd className="flex gap-1 justify-self-end">
        {keys.map((key) => (
          <kbd key={key} className="rounded-small border border-b-2 px-1.5 font-mono text-small text-ink-2">
            {key}
          </kbd>
        ))}
      </dd>
    </>
  );
}
