"use client";
import { useLocale, useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { Button } from "@/app/_components/parts/button";
import { Failure } from "@/app/_components/parts/failure";
import { TextField, Tick } from "@/app/_components/parts/field";
import { Modal } from "@/app/_components/parts/modal";
import { useRequest } from "@/app/_components/requests/use-request";
import { personName } from "@/app/_components/sandbox/names";
import type { RoomPerson } from "@/lib/sandbox/room-shapes";

type PersonDialogProps = { open: boolean; onClose: () => void; onAdd: (name: string) => Promise<void> };

export function PersonDialog({ open, onClose, onAdd }: PersonDialogProps) {
  const t = useTranslations("ui.sandbox");
  const [name, setName] = useState("");
  const { pending, failure, run } = useRequest();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim()) void run(() => onAdd(name.trim()).then(() => setName("")));
  };
  return (
    <Modal open={open} onClose={onClose} title={t("addPerson")}>
      <form onSubmit={submit} className="grid gap-4">
        <TextField label={t("name")} value={name} maxLength={40} onChange={(event) => setName(event.target.value)} />
        <Failure of={failure} />
        <div className="flex justify-end">
          <Button type="submit" look="primary" busy={pending} disabled={!name.trim()}>
            {t("add")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

type GroupDialogProps = {
  open: boolean;
  people: readonly RoomPerson[];
  onClose: () => void;
  onAdd: (name: string, people: string[], isTopic: boolean) => Promise<void>;
};

export function GroupDialog({ open, people, onClose, onAdd }: GroupDialogProps) {
  const t = useTranslations("ui.sandbox");
  const locale = useLocale();
  const [name, setName] = useState("");
  const [isTopic, setTopic] = useState(false);
  const { pending, failure, run } = useRequest();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const ids = people.map(({ openId }) => openId);
    if (name.trim()) void run(() => onAdd(name.trim(), ids, isTopic).then(() => setName("")));
  };
  return (
    <Modal open={open} onClose={onClose} title={t("addGroup")}>
      <form onSubmit={submit} className="grid gap-4">
        <TextField
          label={t("name")}
          value={name}
          maxLength={60}
          onChange={(event) => setName(event.target.value)}
          hint={t("groupMembers", { people: people.map((person) => personName(person, locale)).join(", ") })}
        />
        <Tick
          label={t("topicGroup")}
          hint={t("topicHint")}
          checked={isTopic}
          onChange={(event) => setTopic(event.target.checked)}
        />
        <Failure of={failure} />
        <div className="flex justify-end">
          <Button type="submit" look="primary" busy={pending} disabled={!name.trim()}>
            {t("add")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
