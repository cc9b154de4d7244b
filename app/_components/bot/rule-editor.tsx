"use client";
import { ArrowDown, ArrowUp, GripVertical, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { KnownModel } from "@/app/_components/bot/ai-fields";
import { RuleActionFields } from "@/app/_components/bot/rule-action-fields";
import { actionOf, type RuleDraft } from "@/app/_components/bot/rule-drafts";
import { Button } from "@/app/_components/parts/button";
import { Choice, TextField } from "@/app/_components/parts/field";
import { Shape } from "@/app/_components/parts/shape";
import type { Rule, RuleAction } from "@/lib/db/documents";

const MATCHES = ["contains", "exact", "command", "regex"] as const satisfies Rule["match"][];
const PATTERNS = { contains: "VPN", exact: "hello", command: "/hours", regex: "^order\\s+\\d+$" } as const;
const ACTIONS = ["text", "card", "reply", "silent"] as const satisfies RuleAction["kind"][];

type RuleEditorProps = {
  rule: RuleDraft;
  place: number;
  count: number;
  models: KnownModel[];
  errors: Record<string, string>;
  /** Whether the sample fits it, and whether it is the first that it fits; null: there is no sample. */
  fit: "first" | "also" | "not" | null;
  isDragged: boolean;
  onChange: (more: Partial<RuleDraft>) => void;
  onMove: (to: number) => void;
  onRemove: () => void;
  onDragStart: () => void;
  onDragEnd: () => void;
  onDragOver: () => void;
};

export function RuleEditor(props: RuleEditorProps) {
  const { rule, place, models, errors, isDragged, onChange } = props;
  const t = useTranslations("ui.replies.rules");
  const [isHeld, setHeld] = useState(false);
  return (
    <li
      className={`grid gap-3 rounded-card border p-3 ${isDragged ? "border-accent opacity-60" : ""} ${props.fit === "first" ? "border-ok" : ""}`}
      aria-label={t("rule", { place: place + 1 })}
      // Only by its handle, so that text in the fields can be marked.
      draggable={isHeld}
      onDragStart={props.onDragStart}
      onDragEnd={() => {
        setHeld(false);
        props.onDragEnd();
      }}
      onDragOver={(event) => {
        event.preventDefault();
        props.onDragOver();
      }}
    >
      <RuleHead {...props} onHold={setHeld} />
      <div className="grid gap-3 wide:grid-cols-[10rem_minmax(0,1fr)]">
        <Choice
          label={t("match")}
          value={rule.match}
          onChange={(event) => onChange({ match: event.target.value as Rule["match"] })}
          options={MATCHES.map((value) => ({ value, text: t(`matches.${value}`) }))}
        />
        <TextField
          mono
          label={t("pattern")}
          hint={rule.match === "regex" ? t("regexHint") : undefined}
          placeholder={PATTERNS[rule.match]}
          value={rule.pattern}
          onChange={(event) => onChange({ pattern: event.target.value })}
          error={errors.pattern}
          autoComplete="off"
          spellCheck={false}
        />
      </div>
      <Choice
        label={t("action")}
        value={rule.action.kind}
        onChange={(event) => onChange({ action: actionOf(event.target.value as RuleAction["kind"]) })}
        options={ACTIONS.map((value) => ({ value, text: t(`actions.${value}`) }))}
      />
      <RuleActionFields rule={rule} models={models} errors={errors} onChange={onChange} />
    </li>
  );
}

function RuleHead({
  place,
  count,
  fit,
  onMove,
  onRemove,
  onHold,
}: RuleEditorProps & { onHold: (isHeld: boolean) => void }) {
  const t = useTranslations("ui.replies.rules");
  const name = t("rule", { place: place + 1 });
  return (
    <div className="flex items-center gap-1">
      <span
        aria-hidden="true"
        title={t("drag")}
        onPointerDown={() => onHold(true)}
        onPointerUp={() => onHold(false)}
        className="-ml-1 grid size-7 cursor-grab place-items-center text-ink-3"
      >
        <GripVertical className="size-4" />
      </span>
      <span className="text-table font-medium">{name}</span>
      {fit && fit !== "not" && (
        <span className="ml-2 inline-flex items-center gap-1 text-small text-ok">
          <Shape of="tick" />
          {t(fit === "first" ? "decides" : "fitsToo")}
        </span>
      )}
      <span className="ml-auto flex">
        <Button
          look="quiet"
          size="small"
          aria-label={t("up", { name })}
          disabled={place === 0}
          onClick={() => onMove(place - 1)}
        >
          <ArrowUp className="size-4" aria-hidden="true" />
        </Button>
        <Button
          look="quiet"
          size="small"
          aria-label={t("down", { name })}
          disabled={place === count - 1}
          onClick={() => onMove(place + 1)}
        >
          <ArrowDown className="size-4" aria-hidden="true" />
        </Button>
        <Button look="quiet" size="small" aria-label={t("remove", { name })} onClick={onRemove}>
          <Trash2 className="size-4" aria-hidden="true" />
        </Button>
      </span>
    </div>
  );
}
