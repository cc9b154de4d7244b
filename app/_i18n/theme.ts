// Light or dark: what the reader chose, else what their system says.
export const THEME_COOKIE = "larkspur_theme";
export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

export const themeOf = (chosen: string | undefined): Theme => THEMES.find((theme) => theme === chosen) ?? "system";
