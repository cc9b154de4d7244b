"use client";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { SettingsPart } from "@/app/_components/parts/form-section";
import { TimeAgo } from "@/app/_components/parts/time-ago";
import type { Installation } from "@/lib/settings/overview";

const MEGABYTE = 1024 * 1024;

/** What the installation is made of, each with where it is changed. */
export function InstallationFacts({ installation, baseUrl }: { installation: Installation; baseUrl: string }) {
  const t = useTranslations("ui.installation");
  const { database, replicas, proxies, publicUrl, key, metrics, dataDir } = installation;
  const kind = t(`databases.${database.kind}`);
  const size = t("megabytes", { size: Math.ceil(database.bytes / MEGABYTE) });
  const proxyLines = [
    proxies.https && `HTTPS_PROXY ${proxies.https}`,
    proxies.http && `HTTP_PROXY ${proxies.http}`,
    proxies.none && `NO_PROXY ${proxies.none}`,
  ].filter(Boolean);
  return (
    <>
      <SettingsPart id="processes" title={t("processes")} text={t("processesText")}>
        <ul className="grid gap-1.5 text-table">
          {replicas.map(({ instance, seenAt, bots }) => (
            <li key={instance} className="flex flex-wrap items-baseline gap-x-2">
              <code className="font-mono wrap-anywhere">{instance}</code>
              <span className="text-ink-2">{t("holds", { count: bots })}</span>
              <span className="text-small text-ink-3">
                {t("seen")} <TimeAgo at={seenAt} />
              </span>
            </li>
          ))}
          {replicas.length === 0 && <li className="text-ink-2">{t("noReplicas")}</li>}
        </ul>
      </SettingsPart>
      <SettingsPart id="facts" title={t("facts")} text={t("factsText")}>
        <dl className="grid gap-3.5 text-table">
          <Fact name={t("address")} value={publicUrl ?? baseUrl} by="LARKSPUR_URL">
            {t(publicUrl ? "addressSet" : "addressDerived")}
          </Fact>
          <Fact name={t("database")} value={[kind, database.host, size].filter(Boolean).join(" · ")} by="DATABASE_URL">
            {t(`databaseText.${database.kind}`)}
          </Fact>
          <Fact name={t("dataDir")} value={dataDir} by="LARKSPUR_DATA_DIR">
            {t(`dataDirText.${database.kind}`)}
          </Fact>
          <Fact name={t("key")} value={t(`keys.${key}`)} by="LARKSPUR_SECRET">
            {t("keyText")}
          </Fact>
          <Fact
            name={t("proxies")}
            value={proxyLines.length > 0 ? proxyLines.join(" · ") : t("noProxy")}
            by="HTTPS_PROXY, HTTP_PROXY, NO_PROXY"
          >
            {t("proxiesText")}
          </Fact>
          <Fact name={t("metrics")} value={t(`metricsModes.${metrics}`)} by="LARKSPUR_METRICS">
            {t("metricsText")}
          </Fact>
        </dl>
      </SettingsPart>
    </>
  );
}

function Fact({ name, value, by, children }: { name: string; value: string; by: string; children: ReactNode }) {
  const t = useTranslations("ui.installation");
  return (
    <div className="grid gap-0.5">
      <dt className="text-small text-ink-3">{name}</dt>
      <dd className="wrap-anywhere">{value}</dd>
      <dd className="max-w-[68ch] text-small text-pretty text-ink-2">
        {children} {t("setBy")} <code className="font-mono">{by}</code>
      </dd>
    </div>
  );
}
