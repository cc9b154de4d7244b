"use client";
import { useTranslations } from "next-intl";
import { Button } from "@/app/_components/parts/button";
import { PageHead } from "@/app/_components/parts/page-head";
import { useReturn } from "@/app/_components/requests/use-return";

/** A page that could not be made: says so, and tries again. */
export default function PageFailed({ error, retry }: { error: Error & { digest?: string }; retry: () => void }) {
  const { isDatabaseAway } = useReturn();
  const t = useTranslations("ui.common");
  const digest = error.digest ?? error.name;
  return (
    <PageHead
      title={t("pageFailed")}
      sub={isDatabaseAway ? t("pageWithoutDatabase") : t("pageFailedText", { digest })}
      action={
        <Button look="primary" onClick={retry}>
          {t("tryAgain")}
        </Button>
      }
    />
  );
}
