import { useTranslations } from "next-intl";
import { CopyBox, CopyText } from "@/app/_components/parts/copy";
import { APP_CALLBACKS, APP_EVENTS, APP_SCOPES, scopesToImport } from "@/lib/feishu/app-needs";

/** What is entered in the developer console by hand: permissions to import, events and callbacks to add. */
export function ConsoleNeeds() {
  const t = useTranslations("ui.addBot.needs");
  return (
    <details className="group rounded-card border bg-sunk px-4 py-3 text-table">
      <summary className="cursor-pointer font-medium">{t("title")}</summary>
      <div className="mt-3 grid gap-4">
        <div className="grid gap-1.5">
          <p className="font-medium">{t("scopes")}</p>
          <p className="text-small text-pretty text-ink-2">{t("scopesText")}</p>
          <CopyText value={scopesToImport(APP_SCOPES)} label={t("scopes")} />
        </div>
        <div className="grid gap-1.5">
          <p className="font-medium">{t("events")}</p>
          <p className="text-small text-pretty text-ink-2">{t("eventsText", { first: APP_EVENTS[0] ?? "" })}</p>
          {APP_EVENTS.map((event) => (
            <CopyBox key={event} value={event} label={event} />
          ))}
        </div>
        <div className="grid gap-1.5">
          <p className="font-medium">{t("callbacks")}</p>
          <p className="text-small text-pretty text-ink-2">{t("callbacksText")}</p>
          {APP_CALLBACKS.map((callback) => (
            <CopyBox key={callback} value={callback} label={callback} />
          ))}
        </div>
      </div>
    </details>
  );
}
