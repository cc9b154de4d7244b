"use client";
import { RotateCcw } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import { addressOfModel } from "@/app/_components/bots/failure";
import { useEvents, useGap } from "@/app/_components/live/live-provider";
import { announce } from "@/app/_components/parts/announcer";
import { Button, LinkButton } from "@/app/_components/parts/button";
import { Confirm } from "@/app/_components/parts/confirm";
import { call, RequestFailure } from "@/app/_components/requests/call";
import type { Cause, Causes as Found } from "@/lib/events/failures";

/** While messages pour in, no more often than this. */
const GATHER_MS = 1_000;
/** More bots are counted. */
const NAMED = 5;

/** Why messages failed, each cause once, with a button that has all of its messages answered anew. */
export function Causes({ botId }: { botId: string | undefined }) {
  const t = useTranslations("ui.messages.causes");
  const { causes, onlyNewest, again } = useCauses(botId);
  const [asking, setAsking] = useState<Cause | null>(null);
  if (causes.length === 0) return null;
  return (
    <section aria-label={t("title")} className="mb-4">
      <ul className="border-t">
        {causes.map((cause) => (
          <CauseRow key={cause.cause} cause={cause} onReplay={() => setAsking(cause)} />
        ))}
      </ul>
      {onlyNewest !== undefined && (
        <p className="pt-2 text-small text-ink-3">{t("onlyNewest", { count: onlyNewest })}</p>
      )}
      <Confirm
        open={asking !== null}
        onClose={() => setAsking(null)}
        question={t("question", { count: asking?.count ?? 0 })}
        consequence={t("consequence")}
        action={t("replay")}
        perform={async () => {
          const query = new URLSearchParams({ cause: asking?.cause ?? "" });
          const path = botId ? `/api/feishu/bots/${botId}/replay` : "/api/feishu/events/replay";
          const { replayed } = await call<{ replayed: number }>("POST", `${path}?${query}`);
          announce(t("count", { count: replayed }));
          setAsking(null);
          await again();
        }}
      />
    </section>
  );
}

function CauseRow({ cause: { count, reason, model, bots }, onReplay }: { cause: Cause; onReplay: () => void }) {
  const t = useTranslations("ui.messages.causes");
  return (
    <li className="flex flex-wrap items-center gap-x-6 gap-y-2 border-b py-2.5 text-table">
      <div className="min-w-0 flex-1 basis-64">
        <p className="text-pretty wrap-anywhere">
          <b className="font-medium text-bad">{t("count", { count })}</b> · {model && `${model.name}: `}
          {reason}
        </p>
        <p className="text-small text-ink-3">
          {bots.slice(0, NAMED).map(({ id, name }, index) => (
            <span key={id}>
              {index > 0 && " · "}
              <Link
                href={`/bots/${id}`}
                prefetch={false}
                className="wrap-anywhere hover:text-accent-ink hover:underline"
              >
                {name}
              </Link>
            </span>
          ))}
          {bots.length > NAMED && ` · +${bots.length - NAMED}`}
        </p>
      </div>
      <span className="flex flex-wrap gap-2">
        {model && (
          <LinkButton size="small" href={addressOfModel(model.id)}>
            {t("openModel", { name: model.name })}
          </LinkButton>
        )}
        <Button size="small" onClick={onReplay} aria-label={t("replayThing", { reason })}>
          <RotateCcw className="size-3.5" aria-hidden="true" />
          {t("replay")}
        </Button>
      </span>
    </li>
  );
}

/** Read again when messages fail, or fail no longer. */
function useCauses(botId: string | undefined) {
  const [found, setFound] = useState<Found>({ causes: [] });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const again = async () => {
    const query = botId ? `?${new URLSearchParams({ bot: botId })}` : "";
    try {
      setFound(await call<Found>("GET", `/api/feishu/events/causes${query}`));
    } catch (error) {
      // What is shown stays; the next change reads it again.
      if (!(error instanceof RequestFailure)) throw error;
    }
  };
  const read = useEffectEvent(again);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another bot has other causes.
  useEffect(() => {
    void read();
    return () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    };
  }, [botId]);
  useEvents(() => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      void read();
    }, GATHER_MS);
  });
  useGap(() => void read());
  return { ...found, again };
}
