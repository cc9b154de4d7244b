"use client";
import { Plus } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { ModelForm } from "@/app/_components/models/model-form";
import { ModelHealth, ModelUses } from "@/app/_components/models/model-health";
import { ModelTrial, useModelTrials } from "@/app/_components/models/model-trial";
import { useLinkedModel } from "@/app/_components/models/use-linked-model";
import { Button } from "@/app/_components/parts/button";
import { Confirm } from "@/app/_components/parts/confirm";
import { type Column, DataTable } from "@/app/_components/parts/data-table";
import { Empty } from "@/app/_components/parts/empty";
import { More } from "@/app/_components/parts/more";
import { PageHead } from "@/app/_components/parts/page-head";
import { call } from "@/app/_components/requests/call";
import { usePages } from "@/app/_components/requests/use-pages";
import type { Model } from "@/lib/models/schemas";

type ModelListProps = {
  first: { rows: Model[]; nextCursor: string | null };
  viewer: { id: string; isAdmin: boolean };
};

export function ModelList({ first, viewer }: ModelListProps) {
  const t = useTranslations("ui.models");
  const router = useRouter();
  const pages = usePages("/api/models", "models", first);
  const { rows, linkedId } = useLinkedModel(pages.rows);
  const [editing, setEditing] = useState<Model | "new" | null>(null);
  const { trials, test, forget } = useModelTrials();
  const [deleting, setDeleting] = useState<Model | null>(null);
  const isOwn = (model: Model) => viewer.isAdmin || model.owner.id === viewer.id;
  const columns: Column<Model>[] = [
    {
      label: t("name"),
      cell: ({ id, name }) => (
        <span
          id={`model-${id}`}
          className={`scroll-mt-24 rounded-small wrap-anywhere ${id === linkedId ? "bg-accent-soft px-1" : ""}`}
        >
          {name}
        </span>
      ),
      isName: true,
    },
    {
      label: t("model"),
      cell: ({ model, baseUrl, seesImages }) => (
        <span className="grid min-w-0 wrap-anywhere">
          <span>
            <code className="font-mono text-small">{model}</code>
            {seesImages && <span className="ml-2 text-small text-ink-2">{t("sees")}</span>}
          </span>
          <span className="text-small text-ink-3">{new URL(baseUrl).host}</span>
        </span>
      ),
    },
    {
      label: t("whose"),
      cell: ({ owner, shared }) => (shared ? t("sharedBy", { name: owner.name }) : owner.name),
    },
    { label: t("health"), cell: (model) => <ModelHealth model={model} /> },
    { label: t("used"), cell: (model) => <ModelUses model={model} /> },
    {
      label: t("actions"),
      isAction: true,
      cell: (model) => (
        <span className="inline-flex flex-wrap gap-2 wide:justify-end">
          <Button
            size="small"
            busy={trials.get(model.id) === "running"}
            aria-label={t("testThing", { name: model.name })}
            onClick={() => void test(model)}
          >
            {t("test")}
          </Button>
          {isOwn(model) && (
            <>
              <Button size="small" aria-label={t("editThing", { name: model.name })} onClick={() => setEditing(model)}>
                {t("edit")}
              </Button>
              <Button
                size="small"
                aria-label={t("deleteThing", { name: model.name })}
                onClick={() => setDeleting(model)}
              >
                {t("delete")}
              </Button>
            </>
          )}
        </span>
      ),
    },
  ];
  const below = (model: Model) => {
    const trial = trials.get(model.id);
    return trial && trial !== "running" ? <ModelTrial trial={trial} /> : null;
  };
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
      {pages.rows.length === 0 ? (
        <Empty title={t("emptyTitle")}>{t("emptyText")}</Empty>
      ) : (
        <DataTable label={t("list")} columns={columns} rows={rows} keyOf={({ id }) => id} below={below} />
      )}
      <More {...pages} />
      <ModelForm model={editing} isAdmin={viewer.isAdmin} onClose={() => setEditing(null)} onSaved={forget} />
      <Confirm
        open={deleting !== null}
        onClose={() => setDeleting(null)}
        question={t("question", { name: deleting?.name ?? "" })}
        consequence={t("consequence")}
        action={t("delete")}
        perform={async () => {
          await call("DELETE", `/api/models/${deleting?.id}`);
          setDeleting(null);
          router.refresh();
        }}
      />
    </>
  );
}
