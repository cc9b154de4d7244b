"use client";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { Confirm } from "@/app/_components/parts/confirm";
import { call } from "@/app/_components/requests/call";
import type { User } from "@/lib/auth/schemas";
import type { OutwardAddress } from "@/lib/outward";

type RemovalProps = { person: User | null; heirId: string; onClose: () => void; onRemoved: () => void };

/** Asks before a person is removed, and shows where what the heir takes over leads. */
export function Removal({ person, heirId, onClose, onRemoved }: RemovalProps) {
  const t = useTranslations("ui.people");
  const [outward, setOutward] = useState<{ of: string; addresses: OutwardAddress[] }>();
  const id = person?.id;
  useEffect(() => {
    if (id === undefined) return;
    let isWanted = true;
    call<{ addresses: OutwardAddress[] }>("GET", `/api/users/${id}/addresses`).then(
      ({ addresses }) => isWanted && setOutward({ of: id, addresses }),
      // Removing says what is wrong.
      () => undefined,
    );
    return () => {
      isWanted = false;
    };
  }, [id]);
  const addresses = outward?.of === id ? (outward?.addresses ?? []) : [];
  return (
    <Confirm
      open={person !== null}
      onClose={onClose}
      question={t("question", { name: person?.name ?? "" })}
      consequence={t("consequence")}
      action={t("remove")}
      perform={async () => {
        await call("DELETE", `/api/users/${id}?heir=${heirId}`);
        onRemoved();
      }}
    >
      {addresses.length > 0 && (
        <div className="text-table text-ink-2">
          <p id="outward">{t("outward")}</p>
          <ul aria-labelledby="outward" className="mt-1 max-h-40 overflow-y-auto">
            {addresses.map(({ kind, name, address, mayReachInside }) => (
              <li key={`${kind} ${name} ${address}`} className="wrap-anywhere">
                {t(`outwardKinds.${kind}`, { name })}: <code className="font-mono text-small">{address}</code>
                {mayReachInside && ` (${t("mayReachInside")})`}
              </li>
            ))}
          </ul>
        </div>
      )}
    </Confirm>
  );
}
