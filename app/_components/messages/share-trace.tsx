"use client";
import { Link2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/app/_components/parts/button";
import { CopyBox } from "@/app/_components/parts/copy";
import { Failure } from "@/app/_components/parts/failure";
import { Modal } from "@/app/_components/parts/modal";
import { TimeAgo } from "@/app/_components/parts/time-ago";
import { call } from "@/app/_components/requests/call";
import { useRequest } from "@/app/_components/requests/use-request";

type Shared = { url: string; expiresAt: string };

/** Makes a link by which everybody who may sign in here can read this trace. */
export function ShareTrace({ eventId }: { eventId: string }) {
  const t = useTranslations("ui.trace.share");
  const { pending, failure, run } = useRequest();
  const [open, setOpen] = useState(false);
  const [shared, setShared] = useState<Shared | null>(null);
  const make = () => run(async () => setShared(await call<Shared>("POST", `/api/feishu/events/${eventId}/share`)));
  return (
    <>
      <Button size="small" onClick={() => setOpen(true)}>
        <Link2 className="size-3.5" aria-hidden="true" />
        {t("share")}
      </Button>
      <Modal open={open} onClose={() => setOpen(false)} title={t("title")}>
        <p className="text-table text-pretty text-ink-2">{t("text")}</p>
        <Failure of={failure} />
        {shared ? (
          <div className="grid gap-1.5">
            <CopyBox value={shared.url} label={t("link")} />
            <p className="text-small text-ink-3">
              {t("expires")} <TimeAgo at={shared.expiresAt} />
            </p>
          </div>
        ) : (
          <div className="flex justify-end">
            <Button look="primary" busy={pending} onClick={make}>
              {t("make")}
            </Button>
          </div>
        )}
      </Modal>
    </>
  );
}
