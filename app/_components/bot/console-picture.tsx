"use client";
import { useTranslations } from "next-intl";
import type { ConsoleStep } from "@/app/_components/bot/steps";

const MENU = ["permissions", "event", "published"] as const;
const PLACE: Record<ConsoleStep, (typeof MENU)[number]> = {
  mode: "event",
  event: "event",
  permissions: "permissions",
  published: "published",
};

/** A small drawing of the console's page: where to look, what to choose. The words beside it say the same. */
export function ConsolePicture({ of }: { of: ConsoleStep }) {
  const t = useTranslations("ui.bot.steps.picture");
  const place = PLACE[of];
  return (
    <div
      aria-hidden="true"
      className="w-full max-w-72 overflow-hidden rounded-card border bg-sunk text-tiny select-none"
    >
      <div className="flex gap-1 border-b bg-hover px-2 py-1.5">
        {[1, 2, 3].map((dot) => (
          <span key={dot} className="size-1.5 rounded-full bg-line-strong" />
        ))}
      </div>
      <div className="grid grid-cols-[6.5rem_1fr]">
        <ul className="border-r py-1.5">
          {MENU.map((item) => (
            <li
              key={item}
              className={`truncate px-2 py-0.5 ${item === place ? "bg-accent-soft font-medium text-accent-ink" : "text-ink-3"}`}
            >
              {t(`menu.${item}`)}
            </li>
          ))}
        </ul>
        <div className="grid content-start gap-1.5 p-2 text-ink-2">
          <Content of={of} />
        </div>
      </div>
    </div>
  );
}

function Content({ of }: { of: ConsoleStep }) {
  const t = useTranslations("ui.bot.steps.picture");
  if (of === "mode") {
    return (
      <>
        <p className="font-medium">{t("modeTitle")}</p>
        <p className="flex items-center gap-1 text-ink">
          <span className="grid size-2.5 flex-none place-items-center rounded-full border border-accent">
            <span className="size-1 rounded-full bg-accent" />
          </span>
          {t("modeLong")}
        </p>
        <p className="flex items-center gap-1 text-ink-3">
          <span className="size-2.5 flex-none rounded-full border border-line-strong" />
          {t("modeServer")}
        </p>
        <Press>{t("save")}</Press>
      </>
    );
  }
  if (of === "event") {
    return (
      <>
        <Press>{t("addEvent")}</Press>
        <p className="flex items-center gap-1 text-ink">
          <span className="size-2.5 flex-none rounded-bar bg-accent" />
          {t("eventName")}
        </p>
        <p className="truncate font-mono text-ink-3">im.message.receive_v1</p>
      </>
    );
  }
  if (of === "permissions") {
    return (
      <>
        <Press>{t("importScopes")}</Press>
        <p className="rounded-bar bg-hover px-1 py-0.5 font-mono text-ink-3">{'{ "scopes": … }'}</p>
      </>
    );
  }
  return (
    <>
      <Press>{t("newVersion")}</Press>
      <p className="flex items-center justify-between gap-1 text-ink">
        1.0.0 <span className="rounded-bar bg-ok-soft px-1 text-ok">{t("live")}</span>
      </p>
    </>
  );
}

const Press = ({ children }: { children: string }) => (
  <span className="justify-self-start rounded-bar bg-accent-fill px-1.5 py-0.5 text-on-accent">{children}</span>
);
