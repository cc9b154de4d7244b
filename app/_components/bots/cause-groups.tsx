"use client";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { CauseGroup } from "@/app/_components/bots/causes";
import { addressOfModel } from "@/app/_components/bots/failure";
import { Button, LinkButton } from "@/app/_components/parts/button";
import { Failure } from "@/app/_components/parts/failure";
import { Notice } from "@/app/_components/parts/notice";
import { call } from "@/app/_components/requests/call";
import { useRequest } from "@/app/_components/requests/use-request";

/** More are named once somebody wants to see them. */
const NAMED = 5;

/** Why several bots cannot connect or answer: each cause once, with its bots. */
export function CauseGroups({ groups }: { groups: readonly CauseGroup[] }) {
  const t = useTranslations("ui.bots.together");
  if (groups.length === 0) return null;
  return (
    <ul aria-label={t("title")} className="mb-6 grid gap-2">
      {groups.map((group) => (
        <li key={group.key} data-cause={group.key}>
          <Group group={group} />
        </li>
      ))}
    </ul>
  );
}

function Group({ group: { kind, bots } }: { group: CauseGroup }) {
  const t = useTranslations("ui.bots.together");
  const tryNow = useTranslations("ui.bots")("tryNow");
  const { pending, failure: refusal, run } = useRequest();
  const [isWhole, setWhole] = useState(false);
  const { status, failure } = bots[0] ?? {};
  const model = kind === "unable" ? failure?.model : undefined;
  const connect = () =>
    run(async () => {
      await Promise.all(bots.map(({ bot }) => call("POST", `/api/feishu/bots/${bot.id}/ws/connect`)));
    });
  return (
    <>
      <Notice
        tone={kind === "reconnecting" ? "warn" : "bad"}
        action={
          <>
            {model && (
              <LinkButton size="small" href={addressOfModel(model.id)}>
                {t("openModel", { name: model.name })}
              </LinkButton>
            )}
            {kind === "error" && (
              <Button size="small" busy={pending} onClick={connect}>
                {tryNow}
              </Button>
            )}
          </>
        }
      >
        <p>
          <b className="font-medium">{t(kind, { count: bots.length })}</b>{" "}
          {kind === "unable" ? (
            <>
              {model && `${model.name}: `}
              {failure?.reason}
            </>
          ) : (
            status?.error
          )}
        </p>
        <p className="mt-0.5 text-small text-ink-2">
          {(isWhole ? bots : bots.slice(0, NAMED)).map(({ bot }, index) => (
            <span key={bot.id}>
              {index > 0 && " · "}
              <Link href={`/bots/${bot.id}`} prefetch={false} className="hover:text-accent-ink hover:underline">
                {bot.name}
              </Link>
            </span>
          ))}
          {bots.length > NAMED && !isWhole && (
            <>
              {" · "}
              <button
                type="button"
                onClick={() => setWhole(true)}
                className="tap relative rounded-small font-medium underline underline-offset-2 hover:text-ink"
              >
                {t("more", { count: bots.length - NAMED })}
              </button>
            </>
          )}
        </p>
      </Notice>
      <Failure of={refusal} />
    </>
  );
}
