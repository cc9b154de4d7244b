"use client";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { ServedModels } from "@/app/_components/models/served-models";
import { Button } from "@/app/_components/parts/button";
import { Choice, TextField, Tick } from "@/app/_components/parts/field";
import { FormFailure } from "@/app/_components/parts/form-failure";
import { Modal } from "@/app/_components/parts/modal";
import { SecretField } from "@/app/_components/parts/secret-field";
import { call } from "@/app/_components/requests/call";
import { useRequest } from "@/app/_components/requests/use-request";
import { isKnownToSee, PRESETS } from "@/lib/models/presets";
import type { Model } from "@/lib/models/schemas";

const FIELDS = ["name", "baseUrl", "model", "apiKey"];

type ModelFormProps = { model: Model | "new" | null; isAdmin: boolean; onClose: () => void; onSaved: () => void };

/** Adds a model, mostly one of a known server, or changes one. */
export function ModelForm({ model, isAdmin, onClose, onSaved }: ModelFormProps) {
  const t = useTranslations("ui.models");
  const router = useRouter();
  const { pending, failure, run } = useRequest();
  const known = model === "new" ? null : model;

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    void run(async () => {
      const { name, baseUrl, model: called, apiKey } = Object.fromEntries(form);
      const body = {
        name,
        baseUrl,
        model: called,
        seesImages: form.get("seesImages") === "on",
        ...(apiKey === undefined ? {} : { apiKey }),
        ...(isAdmin ? { shared: form.get("shared") === "on" } : {}),
      };
      if (known) await call("PATCH", `/api/models/${known.id}`, body);
      else await call("POST", "/api/models", body);
      onSaved();
      onClose();
      router.refresh();
    });
  };

  return (
    <Modal open={model !== null} onClose={onClose} title={known ? t("editThing", { name: known.name }) : t("add")}>
      <form onSubmit={submit} className="grid gap-4" noValidate>
        <ModelFields key={known?.id ?? "new"} known={known} errors={failure?.fields ?? {}} />
        {isAdmin && (
          <Tick name="shared" label={t("shared")} hint={t("sharedHint")} defaultChecked={known?.shared ?? false} />
        )}
        <FormFailure of={failure} fields={FIELDS} />
        <Button type="submit" look="primary" className="justify-self-end" busy={pending}>
          {t(known ? "save" : "add")}
        </Button>
      </form>
    </Modal>
  );
}

function ModelFields({ known, errors }: { known: Model | null; errors: Record<string, string> }) {
  const t = useTranslations("ui.models");
  const [chosen, setChosen] = useState("");
  const preset = PRESETS.find(({ id, baseUrl }) => (known ? baseUrl === known.baseUrl : id === chosen));
  const key = known ? known.id : chosen;
  const [called, setCalled] = useState(known?.model ?? "");
  const [served, setServed] = useState<string[]>([]);
  const suggested = served.length > 0 ? served : (preset?.models ?? []);
  const [sees, setSees] = useState(known?.seesImages);
  return (
    <>
      {!known && (
        <Choice
          label={t("server")}
          value={chosen}
          onChange={(event) => {
            setChosen(event.target.value);
            setServed([]);
            setCalled(PRESETS.find(({ id }) => id === event.target.value)?.models[0] ?? "");
          }}
          options={[
            { value: "", text: t("otherServer") },
            ...PRESETS.map(({ id, name }) => ({ value: id, text: name })),
          ]}
        />
      )}
      <TextField
        key={`name ${key}`}
        name="name"
        label={t("name")}
        hint={t("nameHint")}
        defaultValue={known?.name ?? preset?.name}
        error={errors.name}
        maxLength={100}
        autoComplete="off"
      />
      <TextField
        key={`base ${key}`}
        name="baseUrl"
        mono
        label={t("baseUrl")}
        hint={t("baseUrlHint")}
        placeholder="https://api.example.com/v1"
        defaultValue={known?.baseUrl ?? preset?.baseUrl}
        error={errors.baseUrl}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        inputMode="url"
      />
      <TextField
        key={`model ${key}`}
        name="model"
        mono
        label={t("model")}
        hint={t("modelHint")}
        defaultValue={known?.model ?? preset?.models[0]}
        error={errors.model}
        onChange={(event) => setCalled(event.target.value)}
        list="well-known-models"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
      />
      <datalist id="well-known-models">
        {suggested.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <ServedModels key={`served ${key}`} modelId={known?.id} onLoaded={setServed} />
      <Tick
        name="seesImages"
        label={t("seesImages")}
        hint={t("seesImagesHint")}
        // By its name, until somebody knows better.
        checked={sees ?? isKnownToSee(called)}
        onChange={(event) => setSees(event.target.checked)}
      />
      <SecretField
        name="apiKey"
        label={t("apiKey")}
        isSet={known?.hasApiKey ?? false}
        hint={t(preset && !preset.needsKey ? "noKeyNeeded" : "apiKeyHint")}
        error={errors.apiKey}
        removable
      />
    </>
  );
}
