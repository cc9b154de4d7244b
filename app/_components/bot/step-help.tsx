"use client";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { useBot } from "@/app/_components/bot/bot-frame";
import { ConsoleLink } from "@/app/_components/bot/console-link";
import { ConsolePicture } from "@/app/_components/bot/console-picture";
import { Cure } from "@/app/_components/bot/cure";
import { NewSecret } from "@/app/_components/bot/new-secret";
import { CONSOLE_STEPS, type ConsoleStep, type Step } from "@/app/_components/bot/steps";
import type { Doctoring } from "@/app/_components/bot/use-doctor";
import { CopyBox } from "@/app/_components/parts/copy";
import type { ConsolePage } from "@/lib/bots/consoles";
import { APP_EVENTS } from "@/lib/feishu/app-needs";

const isConsoleStep = (name: Step["name"]): name is ConsoleStep => (CONSOLE_STEPS as readonly string[]).includes(name);

/** What is to be done for a step that is not: in words, with the way through Feishu's console and a picture of it. */
export function StepHelp({ step, doctor }: { step: Step; doctor: Doctoring }): ReactNode {
  const { bot, status } = useBot();
  const { name, state } = step;
  const mended = () => void doctor.look();
  return (
    <div className="mt-0.5 grid justify-items-start gap-2 text-table text-pretty text-ink-2">
      {name === "connection" && state === "failed" && <p>{status?.error}</p>}
      {name === "credentials" && state === "failed" && <NewSecret bot={bot} onMended={mended} />}
      {state !== "failed" && !isConsoleStep(name) && <PlainHelp name={name} />}
      {isConsoleStep(name) && <ConsoleHelp name={name} isMissing={state === "failed"} doctor={doctor} />}
    </div>
  );
}

const PAGES: Record<ConsoleStep, ConsolePage> = {
  mode: "event",
  event: "event",
  permissions: "auth",
  published: "version",
};

function ConsoleHelp({ name, isMissing, doctor }: { name: ConsoleStep; isMissing: boolean; doctor: Doctoring }) {
  const t = useTranslations("ui.bot.steps");
  const { bot } = useBot();
  const scopes = doctor.report?.checks.find(({ id }) => id === "scopes");
  return (
    <div className="grid w-full grid-cols-1 items-start gap-x-6 gap-y-3 huge:grid-cols-[minmax(0,1fr)_18rem]">
      <div className="grid justify-items-start gap-1.5">
        <p>{t(`${name}.help`)}</p>
        <p className="font-medium text-ink">
          <ConsoleLink bot={bot} page={PAGES[name]}>
            {t(`${name}.path`)}
          </ConsoleLink>
        </p>
        <p className="text-small text-ink-3">{t(`${name}.pathElse`)}</p>
        {name === "event" && <CopyBox value={APP_EVENTS[0] ?? ""} label={t("event.title")} />}
        <p className={`text-small ${isMissing ? "text-bad" : "text-ink-3"}`}>
          {name === "permissions" && isMissing && scopes ? scopes.detail : t(isMissing ? "seenMissing" : "notTold")}
        </p>
        {name === "permissions" && isMissing && scopes && (
          <Cure bot={bot} check={scopes} onMended={() => void doctor.look()} />
        )}
      </div>
      <ConsolePicture of={name} />
    </div>
  );
}

function PlainHelp({ name }: { name: Exclude<Step["name"], ConsoleStep> }): ReactNode {
  const t = useTranslations("ui.bot.steps");
  const { bot } = useBot();
  if (name === "webhook") {
    return (
      <div className="grid gap-2 py-1">
        <p>
          {t.rich("webhook.help", {
            link: (words) => (
              <ConsoleLink bot={bot} page="event">
                {words}
              </ConsoleLink>
            ),
          })}
        </p>
        <CopyBox value={bot.webhookUrl} label={t("webhook.address")} />
        <Link href={`/bots/${bot.id}/settings#webhook`} className="text-accent-ink hover:underline">
          {t("webhook.keys")}
        </Link>
      </div>
    );
  }
  if (name === "received" && bot.domain === "sandbox") {
    return (
      <p>
        {t.rich("received.helpSandbox", {
          link: (words) => (
            <Link href={`/sandbox?bot=${bot.id}`} className="text-accent-ink underline underline-offset-2">
              {words}
            </Link>
          ),
        })}
      </p>
    );
  }
  return <p>{t(`${name}.help`, { name: bot.name })}</p>;
}
