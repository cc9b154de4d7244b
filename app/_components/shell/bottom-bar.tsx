"use client";
import { Ellipsis } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect, useRef } from "react";
import { Account } from "@/app/_components/shell/account";
import { Going } from "@/app/_components/shell/going";
import { PlaceCount } from "@/app/_components/shell/place-count";
import { isAt, type Place, placesFor } from "@/app/_components/shell/places";
import type { Person } from "@/app/_components/shell/side-bar";

const ITEM =
  "flex min-h-12 flex-1 flex-col items-center justify-center gap-0.5 text-tiny text-ink-2 aria-[current]:font-medium aria-[current]:text-accent-ink -outline-offset-2";

/** The way around with one thumb: what is used daily, and the rest behind "More". */
export function BottomBar({ person }: { person: Person }) {
  const t = useTranslations("ui.shell");
  const path = usePathname();
  const sheet = useRef<HTMLDivElement>(null);
  const { main, installation } = placesFor(person.isAdmin);
  const restIsHere = installation.some(({ href }) => isAt(path, href));
  // biome-ignore lint/correctness/useExhaustiveDependencies: the sheet closes when the page changes.
  useEffect(() => sheet.current?.hidePopover(), [path]);
  return (
    <nav
      aria-label={t("navigation")}
      className="fixed inset-x-0 bottom-0 z-20 border-t bg-bg px-1 pb-[env(safe-area-inset-bottom)] wide:hidden"
    >
      <div className="flex">
        {main.map((place) => (
          <BarLink key={place.name} place={place} isHere={isAt(path, place.href)} />
        ))}
        <button type="button" popoverTarget="more-places" aria-current={restIsHere || undefined} className={ITEM}>
          <Ellipsis className="size-5" aria-hidden="true" />
          {t("more")}
        </button>
      </div>
      <div
        ref={sheet}
        id="more-places"
        popover="auto"
        className="fixed inset-x-2 top-auto bottom-[calc(3.5rem+env(safe-area-inset-bottom))] m-0 w-auto rounded-card border bg-raised p-2 text-ink"
      >
        {installation.map(({ name, href, icon: Icon }) => (
          <Link
            key={name}
            href={href}
            aria-current={isAt(path, href) ? "page" : undefined}
            className="flex min-h-11 items-center gap-3 rounded-control px-2 aria-[current]:bg-hover aria-[current]:font-medium"
          >
            <Icon className="size-4.5 text-ink-2" aria-hidden="true" />
            {t(`places.${name}`)}
            <Going />
          </Link>
        ))}
        <div className="mt-2 border-t py-2 pt-3">
          <Account person={person} />
        </div>
      </div>
    </nav>
  );
}

function BarLink({ place: { name, href, icon: Icon }, isHere }: { place: Place; isHere: boolean }) {
  const t = useTranslations("ui.shell.places");
  return (
    <Link href={href} aria-current={isHere ? "page" : undefined} className={ITEM}>
      <span className="relative">
        <Icon className="size-5" aria-hidden="true" />
        <PlaceCount of={name} small />
        <span className="absolute -right-2.5 bottom-0 flex">
          <Going />
        </span>
      </span>
      {t(name)}
    </Link>
  );
}
