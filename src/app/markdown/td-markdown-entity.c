/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/markdown/td-markdown-inline.h"


/* The named characters that people write. HTML has two thousand more; an unknown name is shown as it stands. */
static const struct
{
  const char *name;
  const char *text;
} entities[] = {
  { "Alpha", "Α" },
  { "Beta", "Β" },
  { "Delta", "Δ" },
  { "Gamma", "Γ" },
  { "Lambda", "Λ" },
  { "Omega", "Ω" },
  { "Phi", "Φ" },
  { "Pi", "Π" },
  { "Psi", "Ψ" },
  { "Sigma", "Σ" },
  { "Theta", "Θ" },
  { "alpha", "α" },
  { "amp", "&" },
  { "apos", "'" },
  { "approx", "≈" },
  { "asymp", "≈" },
  { "beta", "β" },
  { "bull", "•" },
  { "cap", "∩" },
  { "cent", "¢" },
  { "check", "✓" },
  { "copy", "©" },
  { "cup", "∪" },
  { "darr", "↓" },
  { "deg", "°" },
  { "delta", "δ" },
  { "divide", "÷" },
  { "emptyset", "∅" },
  { "emsp", "\342\200\203" },
  { "ensp", "\342\200\202" },
  { "epsilon", "ε" },
  { "equiv", "≡" },
  { "eta", "η" },
  { "euro", "€" },
  { "exist", "∃" },
  { "forall", "∀" },
  { "frac12", "½" },
  { "frac14", "¼" },
  { "frac34", "¾" },
  { "gamma", "γ" },
  { "ge", "≥" },
  { "gt", ">" },
  { "hArr", "⇔" },
  { "harr", "↔" },
  { "hearts", "♥" },
  { "hellip", "…" },
  { "iexcl", "¡" },
  { "infin", "∞" },
  { "int", "∫" },
  { "iquest", "¿" },
  { "isin", "∈" },
  { "kappa", "κ" },
  { "lArr", "⇐" },
  { "lambda", "λ" },
  { "laquo", "«" },
  { "larr", "←" },
  { "lceil", "⌈" },
  { "ldquo", "“" },
  { "le", "≤" },
  { "lfloor", "⌊" },
  { "lsquo", "‘" },
  { "lt", "<" },
  { "mdash", "—" },
  { "micro", "µ" },
  { "middot", "·" },
  { "minus", "−" },
  { "mu", "μ" },
  { "nabla", "∇" },
  { "nbsp", "\302\240" },
  { "ndash", "–" },
  { "ne", "≠" },
  { "not", "¬" },
  { "notin", "∉" },
  { "nu", "ν" },
  { "omega", "ω" },
  { "oplus", "⊕" },
  { "otimes", "⊗" },
  { "para", "¶" },
  { "part", "∂" },
  { "permil", "‰" },
  { "phi", "φ" },
  { "pi", "π" },
  { "plusmn", "±" },
  { "pound", "£" },
  { "prod", "∏" },
  { "psi", "ψ" },
  { "quot", "\"" },
  { "rArr", "⇒" },
  { "radic", "√" },
  { "raquo", "»" },
  { "rarr", "→" },
  { "rceil", "⌉" },
  { "rdquo", "”" },
  { "reg", "®" },
  { "rfloor", "⌋" },
  { "rho", "ρ" },
  { "rsquo", "’" },
  { "sect", "§" },
  { "sigma", "σ" },
  { "sub", "⊂" },
  { "sube", "⊆" },
  { "sum", "∑" },
  { "sup", "⊃" },
  { "sup2", "²" },
  { "sup3", "³" },
  { "tau", "τ" },
  { "theta", "θ" },
  { "times", "×" },
  { "trade", "™" },
  { "uarr", "↑" },
  { "xi", "ξ" },
  { "yen", "¥" },
  { "zeta", "ζ" },
};

static char *
character_to_text (guint64 code)
{
  char buffer[7] = { 0 };

  /* Control characters are no text; NUL, surrogates and what lies beyond Unicode are no characters. */
  if (code > 0x10ffff || !g_unichar_validate ((gunichar) code) ||
      (code < 0x20 && code != '\t' && code != '\n') || (code >= 0x7f && code < 0xa0))
    code = 0xfffd;
  g_unichar_to_utf8 ((gunichar) code, buffer);
  return g_strdup (buffer);
}

/**
 * td_markdown_entity_to_text:
 * @text: an entity as it stands in the source, from "&" to ";"
 * @length: its length in bytes
 *
 * Returns: (transfer full): the character it names; the source itself for an unknown name
 */
char *
td_markdown_entity_to_text (const char *text,
                            gsize       length)
{
  g_autofree char *name = NULL;

  if (length < 3 || length > 64)
    return g_strndup (text, length);
  name = g_strndup (text + 1, length - 2);
  if (name[0] == '#')
    {
      gboolean hex = name[1] == 'x' || name[1] == 'X';

      return character_to_text (g_ascii_strtoull (name + (hex ? 2 : 1), NULL, hex ? 16 : 10));
    }
  for (gsize i = 0; i < G_N_ELEMENTS (entities); i++)
    if (g_str_equal (entities[i].name, name))
      return g_strdup (entities[i].text);
  return g_strndup (text, length);
}
