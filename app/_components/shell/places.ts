// The places of the console: where they are, and the key that follows g.
import {
  Bell,
  BookOpen,
  Bot,
  FlaskConical,
  KeyRound,
  LayoutDashboard,
  type LucideIcon,
  MessagesSquare,
  ScrollText,
  Settings,
  Sparkles,
  Users,
} from "lucide-react";

export type PlaceName =
  | "overview"
  | "bots"
  | "messages"
  | "sandbox"
  | "alerts"
  | "models"
  | "tokens"
  | "people"
  | "audit"
  | "settings"
  | "reference";

export type Place = { name: PlaceName; href: string; icon: LucideIcon; key: string; adminsOnly?: boolean };

const MAIN: Place[] = [
  { name: "overview", href: "/", icon: LayoutDashboard, key: "o" },
  { name: "bots", href: "/bots", icon: Bot, key: "b" },
  { name: "messages", href: "/messages", icon: MessagesSquare, key: "l" },
  { name: "sandbox", href: "/sandbox", icon: FlaskConical, key: "s" },
];

const INSTALLATION: Place[] = [
  { name: "alerts", href: "/alerts", icon: Bell, key: "w" },
  { name: "models", href: "/models", icon: Sparkles, key: "m" },
  { name: "tokens", href: "/tokens", icon: KeyRound, key: "t" },
  { name: "people", href: "/people", icon: Users, key: "p", adminsOnly: true },
  { name: "audit", href: "/audit", icon: ScrollText, key: "a", adminsOnly: true },
  { name: "settings", href: "/settings", icon: Settings, key: "i", adminsOnly: true },
  { name: "reference", href: "/api/docs", icon: BookOpen, key: "r" },
];

export function placesFor(isAdmin: boolean): { main: Place[]; installation: Place[] } {
  return { main: MAIN, installation: INSTALLATION.filter((place) => isAdmin || !place.adminsOnly) };
}

/** Whether a path belongs to the place; the overview is only itself. */
export const isAt = (path: string, href: string): boolean =>
  href === "/" ? path === "/" : path === href || path.startsWith(`${href}/`);
