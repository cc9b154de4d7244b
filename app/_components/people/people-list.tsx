"use client";
import { Plus } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/app/_components/parts/button";
import { type Column, DataTable } from "@/app/_components/parts/data-table";
import { More } from "@/app/_components/parts/more";
import { PageHead } from "@/app/_components/parts/page-head";
import { TimeAgo } from "@/app/_components/parts/time-ago";
import { PersonForm } from "@/app/_components/people/person-form";
import { Removal } from "@/app/_components/people/removal";
import { usePages } from "@/app/_components/requests/use-pages";
import type { User } from "@/lib/auth/schemas";

type PeopleListProps = { first: { rows: User[]; nextCursor: string | null }; viewerId: string };

export function PeopleList({ first, viewerId }: PeopleListProps) {
  const t = useTranslations("ui.people");
  const router = useRouter();
  const pages = usePages("/api/users", "users", first);
  const [editing, setEditing] = useState<User | "new" | null>(null);
  const [removing, setRemoving] = useState<User | null>(null);
  const columns: Column<User>[] = [
    {
      label: t("name"),
      cell: (user) => (user.id === viewerId ? t("you", { name: user.name }) : user.name),
      isName: true,
    },
    { label: t("email"), cell: ({ email }) => <span className="wrap-anywhere">{email}</span> },
    { label: t("role"), cell: ({ role }) => t(`roles.${role}`) },
    { label: t("since"), cell: ({ createdAt }) => <TimeAgo at={createdAt} /> },
    {
      label: t("actions"),
      isAction: true,
      cell: (user) => (
        <span className="inline-flex gap-2">
          <Button size="small" aria-label={t("editThing", { name: user.name })} onClick={() => setEditing(user)}>
            {t("edit")}
          </Button>
          {user.id !== viewerId && (
            <Button size="small" aria-label={t("removeThing", { name: user.name })} onClick={() => setRemoving(user)}>
              {t("remove")}
            </Button>
          )}
        </span>
      ),
    },
  ];
  return (
    <>
      <PageHead
        title={t("title", { count: pages.rows.length, more: pages.hasMore ? "yes" : "no" })}
        sub={t("sub")}
        action={
          <Button look="primary" onClick={() => setEditing("new")}>
            <Plus className="size-4" aria-hidden="true" />
            {t("add")}
          </Button>
        }
      />
      <DataTable label={t("list")} columns={columns} rows={pages.rows} keyOf={({ id }) => id} />
      <More {...pages} />
      <PersonForm person={editing} viewerId={viewerId} onClose={() => setEditing(null)} />
      <Removal
        person={removing}
        heirId={viewerId}
        onClose={() => setRemoving(null)}
        onRemoved={() => {
          setRemoving(null);
          router.refresh();
        }}
      />
    </>
  );
}
