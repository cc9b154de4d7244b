"use client";
import { Plus } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useClock } from "@/app/_components/live/clock";
import { Button } from "@/app/_components/parts/button";
import { Confirm } from "@/app/_components/parts/confirm";
import { type Column, DataTable } from "@/app/_components/parts/data-table";
import { Empty } from "@/app/_components/parts/empty";
import { More } from "@/app/_components/parts/more";
import { PageHead } from "@/app/_components/parts/page-head";
import { TimeAgo } from "@/app/_components/parts/time-ago";
import { call } from "@/app/_components/requests/call";
import { usePages } from "@/app/_components/requests/use-pages";
import { ExpiryMark } from "@/app/_components/tokens/expiry-mark";
import { NewToken } from "@/app/_components/tokens/new-token";
import { expiryOf } from "@/app/_components/tokens/token-state";
import type { ApiToken } from "@/lib/auth/schemas";

type TokenListProps = { first: { rows: ApiToken[]; nextCursor: string | null }; isAdmin: boolean };

export function TokenList({ first, isAdmin }: TokenListProps) {
  const t = useTranslations("ui.tokens");
  const router = useRouter();
  const pages = usePages("/api/tokens", "tokens", first);
  const [creating, setCreating] = useState(false);
  const [withdrawing, setWithdrawing] = useState<ApiToken | null>(null);
  const valid = useClock((now) => pages.rows.filter(({ expiresAt }) => expiryOf(expiresAt, now) !== "expired").length);
  const columns: Column<ApiToken>[] = [
    { label: t("name"), cell: ({ name }) => name, isName: true },
    { label: t("access"), cell: ({ access }) => t(`accesses.${access}`) },
    { label: t("ends"), cell: ({ hint }) => <code className="font-mono text-small">…{hint}</code> },
    { label: t("created"), cell: ({ createdAt }) => <TimeAgo at={createdAt} /> },
    { label: t("lastUsed"), cell: ({ lastUsedAt }) => (lastUsedAt ? <TimeAgo at={lastUsedAt} /> : t("never")) },
    { label: t("expires"), cell: ({ expiresAt }) => <ExpiryMark expiresAt={expiresAt} /> },
    {
      label: t("withdraw"),
      isAction: true,
      cell: (token) => (
        <Button
          size="small"
          aria-label={t("withdrawThing", { name: token.name })}
          onClick={() => setWithdrawing(token)}
        >
          {t("withdraw")}
        </Button>
      ),
    },
  ];
  if (isAdmin) {
    columns.splice(1, 0, { label: t("owner"), cell: ({ owner }) => owner.name });
  }
  return (
    <>
      <PageHead
        title={t("title", { all: pages.rows.length, count: valid, more: pages.hasMore ? "yes" : "no" })}
        sub={t("sub")}
        action={
          <Button look="primary" onClick={() => setCreating(true)}>
            <Plus className="size-4" aria-hidden="true" />
            {t("create")}
          </Button>
        }
      />
      {pages.rows.length === 0 ? (
        <Empty title={t("emptyTitle")}>{t("emptyText")}</Empty>
      ) : (
        <DataTable label={t("list")} columns={columns} rows={pages.rows} keyOf={({ id }) => id} />
      )}
      <More {...pages} />
      <NewToken open={creating} onClose={() => setCreating(false)} />
      <Confirm
        open={withdrawing !== null}
        onClose={() => setWithdrawing(null)}
        question={t("question", { name: withdrawing?.name ?? "" })}
        consequence={t("consequence")}
        action={t("withdraw")}
        perform={async () => {
          await call("DELETE", `/api/tokens/${withdrawing?.id}`);
          setWithdrawing(null);
          router.refresh();
        }}
      />
    </>
  );
}
