"use client";
import { ExternalLink, RefreshCw } from "lucide-react";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import type { useRegistration } from "@/app/_components/add/use-registration";
import { useClock } from "@/app/_components/live/clock";
import { Button, Spinner } from "@/app/_components/parts/button";
import { Failure } from "@/app/_components/parts/failure";
import { Notice } from "@/app/_components/parts/notice";
import { call } from "@/app/_components/requests/call";
import { useRequest } from "@/app/_components/requests/use-request";
import type { Registration } from "@/lib/registrations/schemas";

const QrCode = dynamic(() => import("@/app/_components/add/qr-code").then((module) => module.QrCode), {
  loading: () => <div className="size-full animate-pulse rounded-control bg-sunk" />,
});

type QrPanelProps = Pick<ReturnType<typeof useRegistration>, "pending" | "renew" | "cancel"> & {
  registration: Registration;
};

/** The code, how long it is good for, and what has become of it. */
export function QrPanel({ registration, pending, renew, cancel }: QrPanelProps) {
  const t = useTranslations("ui.qr");
  const { state, url, domain, detail } = registration;
  if (state === "done") {
    return (
      <Notice tone="ok">
        <span role="status">{t(registration.kind === "create" ? "doneCreate" : "doneRepair")}</span>
      </Notice>
    );
  }
  if (state !== "waiting") {
    return (
      <div className="grid justify-items-start gap-3" data-code={state}>
        <Notice tone={state === "expired" ? "info" : "bad"} alert>
          {detail ?? t(`ended.${state}`)}
        </Notice>
        <Button look="primary" busy={pending} onClick={renew}>
          {!pending && <RefreshCw className="size-3.5" aria-hidden="true" />}
          {t("renew")}
        </Button>
      </div>
    );
  }
  const app = domain === "lark" ? "Lark" : t("app");
  return (
    <div className="grid gap-3" data-code={state}>
      <div className="aspect-square w-80 max-w-full justify-self-center rounded-card bg-code ring-1 ring-line-strong">
        <QrCode value={url} label={t("alt", { app })} />
      </div>
      {domain !== "sandbox" && (
        <p className="flex items-center justify-center gap-2 text-table text-ink-2" role="status">
          <span className="text-busy">
            <Spinner />
          </span>
          <span>{t("waiting", { app })}</span>
        </p>
      )}
      {detail && <Notice tone="warn">{detail}</Notice>}
      <div className="flex flex-wrap items-center justify-center gap-x-4 gap-y-2 text-table">
        {domain !== "sandbox" && (
          <a
            href={url}
            target="_blank"
            rel="noreferrer"
            className="inline-flex min-h-8.5 items-center gap-1 text-accent-ink hover:underline"
          >
            {t("openHere")}
            <ExternalLink className="size-3" aria-hidden="true" />
          </a>
        )}
        <TimeLeft until={registration.expiresAt} />
        <Button look="quiet" size="small" onClick={cancel}>
          {t("cancel")}
        </Button>
      </div>
      {domain === "sandbox" && <Pretend id={registration.id} />}
    </div>
  );
}

function TimeLeft({ until }: { until: string }) {
  const t = useTranslations("ui.qr");
  const left = useClock((now) => {
    const seconds = Math.max(0, Math.round((Date.parse(until) - now) / 1_000));
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  });
  return <span className="text-small text-ink-3">{t("left", { left })}</span>;
}

/** In the sandbox there is no telephone: a person of it does what one would do there. */
function Pretend({ id }: { id: string }) {
  const t = useTranslations("ui.qr");
  const { pending, failure, run } = useRequest();
  const scan = (agree: boolean) => run(() => call("POST", "/api/sandbox/scans", { registrationId: id, agree }));
  return (
    <div className="grid justify-items-center gap-2 border-t pt-3">
      <p className="text-small text-ink-3">{t("pretendText")}</p>
      <div className="flex gap-2">
        <Button look="primary" busy={pending} onClick={() => scan(true)}>
          {t("pretend")}
        </Button>
        <Button onClick={() => scan(false)}>{t("pretendRefuse")}</Button>
      </div>
      <Failure of={failure} />
    </div>
  );
}
