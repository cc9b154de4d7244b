"use client";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useTranslations } from "next-intl";
import { Account } from "@/app/_components/shell/account";
import { Bird } from "@/app/_components/shell/brand";
import { Going } from "@/app/_components/shell/going";
import { PlaceCount } from "@/app/_components/shell/place-count";
import { isAt, type Place, placesFor } from "@/app/_components/shell/places";

export type Person = { name: string; isAdmin: boolean };

/** The way around on a wide screen. */
export function SideBar({ person }: { person: Person }) {
  const t = useTranslations("ui.shell");
  const { main, installation } = placesFor(person.isAdmin);
  return (
    <nav
      aria-label={t("navigation")}
      className="sticky top-0 flex h-dvh flex-col gap-0.5 overflow-y-auto border-r bg-sunk px-3 py-5 max-wide:hidden"
    >
      <Link href="/" className="flex items-center gap-2.5 px-2 pb-4.5 text-heading font-semibold">
        <Bird />
        Larkspur
      </Link>
      {main.map((place) => (
        <PlaceLink key={place.name} place={place} />
      ))}
      <p className="mt-4.5 mb-1 px-2 text-tiny font-medium text-ink-3">{t("installation")}</p>
      {installation.map((place) => (
        <PlaceLink key={place.name} place={place} />
      ))}
      <div className="mt-auto pt-6">
        <Account person={person} />
      </div>
    </nav>
  );
}

function PlaceLink({ place: { name, href, icon: Icon } }: { place: Place }) {
  const t = useTranslations("ui.shell.places");
  const isHere = isAt(usePathname(), href);
  return (
    <Link
      href={href}
      aria-current={isHere ? "page" : undefined}
      className="flex items-center gap-2.5 rounded-control px-2 py-1.5 text-ink-2 hover:text-ink aria-[current]:bg-bg aria-[current]:font-medium aria-[current]:text-ink aria-[current]:ring-1 aria-[current]:ring-line"
    >
      <Icon className="size-4 flex-none opacity-80" aria-hidden="true" />
      {t(name)}
      <Going />
      <PlaceCount of={name} />
    </Link>
  );
}
