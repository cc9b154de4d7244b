"use client";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type ReactNode, type RefObject, useRef, useState } from "react";
import { announce } from "@/app/_components/parts/announcer";
import { Button } from "@/app/_components/parts/button";
import { FormFailure } from "@/app/_components/parts/form-failure";
import { useUnsaved, useUnsavedSections } from "@/app/_components/requests/unsaved";
import { useRequest } from "@/app/_components/requests/use-request";

type FormSectionProps = {
  id: string;
  title: string;
  text?: ReactNode;
  /** The paths of the fields that show their own mistakes. */
  fields: readonly string[];
  save: (form: FormData) => Promise<void>;
  form?: RefObject<HTMLFormElement | null>;
  /** Its title stands above, where there is no room beside it. */
  stacked?: boolean;
  /** `saves` counts how often it was saved: the key of fields that begin anew then. `touch` tells of a change that no field does. */
  children: (errors: Record<string, string>, saves: number, touch: () => void) => ReactNode;
};

/** A part of a settings page that is saved by itself and says so. */
export function FormSection({ id, title, text, fields, save, form: ref, stacked = false, children }: FormSectionProps) {
  const t = useTranslations("ui.common");
  const router = useRouter();
  const { pending, failure, run } = useRequest();
  const [saved, setSaved] = useState(false);
  const [isUnsaved, setUnsaved] = useState(false);
  const own = useRef<HTMLFormElement>(null);
  const place = ref ?? own;
  const [saves, setSaves] = useState(0);

  const submit = async (): Promise<boolean> => {
    if (!place.current) return false;
    const form = new FormData(place.current);
    setSaved(false);
    if (!(await run(() => save(form)))) return false;
    setSaved(true);
    setUnsaved(false);
    setSaves((before) => before + 1);
    announce(t("saved"));
    router.refresh();
    return true;
  };
  useUnsaved(isUnsaved, submit);
  const isOnlyOne = useUnsavedSections() === 1;

  const touch = () => {
    setSaved(false);
    setUnsaved(true);
  };

  return (
    <SettingsPart id={id} title={title} text={text} stacked={stacked}>
      <form
        ref={place}
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
        onChange={touch}
        className={`grid gap-4 ${stacked ? "max-w-[44rem]" : "max-w-[36rem]"}`}
        noValidate
      >
        {children(failure?.fields ?? {}, saves, touch)}
        <FormFailure of={failure} fields={fields} />
        <div className="flex items-center gap-3">
          <Button type="submit" look={isUnsaved && isOnlyOne ? "primary" : "plain"} busy={pending}>
            {t("save")}
          </Button>
          {saved && <span className="text-table text-ok">✓ {t("saved")}</span>}
          {isUnsaved && !pending && <span className="text-table text-ink-3">{t("unsaved")}</span>}
        </div>
      </form>
    </SettingsPart>
  );
}

/** A part of a settings page: what it is about beside what can be done. */
export function SettingsPart({
  id,
  title,
  text,
  stacked = false,
  children,
}: Pick<FormSectionProps, "id" | "title" | "text" | "stacked"> & { children: ReactNode }) {
  return (
    <section
      id={id}
      aria-label={title}
      className={`grid grid-cols-1 gap-x-10 gap-y-4 border-b py-7 first:pt-0 ${stacked ? "last:border-b-0" : "huge:grid-cols-[16.25rem_minmax(0,1fr)]"}`}
    >
      <div>
        <h2>{title}</h2>
        {text && <div className="mt-1 text-table text-pretty text-ink-2">{text}</div>}
      </div>
      {children}
    </section>
  );
}
