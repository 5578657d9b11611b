/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/markdown/td-code-language.h"

#include <adwaita.h>
#include <glib/gi18n.h>

/*
 * From the word after a fence to colours. The first use of a language builds its rules, on the
 * main thread, there is no other way: from 3 ms to 50. Where GtkSourceView's own specification
 * takes longer than a frame may, a light one of ours stands in (languages/).
 */

#define LANGUAGES_PATH "resource:///dev/topdog/Marketplace/languages/"

static const struct
{
  const char *name;  /* as models write it, in small letters */
  const char *id;    /* of the specification */
  const char *title; /* what people call it */
} languages[] = {
  { "asm", NULL, "Assembly" },
  { "bash", "sh", "Bash" },
  { "c", "c", "C" },
  { "c#", "c-sharp", "C#" },
  { "c++", "cpp", "C++" },
  { "cc", "cpp", "C++" },
  { "clojure", "commonlisp", "Clojure" },
  { "cmake", "td-hash", "CMake" },
  { "console", NULL, "Console" },
  { "cpp", "cpp", "C++" },
  { "cs", "c-sharp", "C#" },
  { "csharp", "c-sharp", "C#" },
  { "css", "td-css", "CSS" },
  { "csv", NULL, "CSV" },
  { "dart", "dart", "Dart" },
  { "diff", "diff", "Diff" },
  { "docker", "docker", "Dockerfile" },
  { "dockerfile", "docker", "Dockerfile" },
  { "elixir", "elixir", "Elixir" },
  { "fish", "sh", "fish" },
  { "fortran", "fortran", "Fortran" },
  { "go", "go", "Go" },
  { "golang", "go", "Go" },
  { "graphql", NULL, "GraphQL" },
  { "groovy", "groovy", "Groovy" },
  { "h", "c", "C" },
  { "haskell", "haskell", "Haskell" },
  { "hcl", NULL, "HCL" },
  { "hs", "haskell", "Haskell" },
  { "html", "td-html", "HTML" },
  { "ini", "ini", "INI" },
  { "java", "java", "Java" },
  { "javascript", "td-javascript", "JavaScript" },
  { "js", "td-javascript", "JavaScript" },
  { "json", "td-json", "JSON" },
  { "json5", "td-json", "JSON5" },
  { "jsonc", "td-json", "JSON" },
  { "jsonl", "td-json", "JSON Lines" },
  { "jsx", "td-javascript", "JSX" },
  { "julia", "td-hash", "Julia" },
  { "kotlin", "kotlin", "Kotlin" },
  { "latex", "td-percent", "LaTeX" },
  { "lua", "lua", "Lua" },
  { "make", "makefile", "Makefile" },
  { "makefile", "makefile", "Makefile" },
  { "markdown", NULL, "Markdown" },
  { "matlab", "td-percent", "MATLAB" },
  { "md", NULL, "Markdown" },
  { "meson", "meson", "Meson" },
  { "mysql", "sql", "SQL" },
  { "nix", "nix", "Nix" },
  { "objc", "objc", "Objective-C" },
  { "objective-c", "objc", "Objective-C" },
  { "perl", "perl", "Perl" },
  { "php", "td-php", "PHP" },
  { "pl", "perl", "Perl" },
  { "plaintext", NULL, NULL },
  { "postgresql", "sql", "SQL" },
  { "powershell", "powershell", "PowerShell" },
  { "ps1", "powershell", "PowerShell" },
  { "py", "python3", "Python" },
  { "python", "python3", "Python" },
  { "python3", "python3", "Python" },
  { "r", "td-hash", "R" },
  { "rb", "ruby", "Ruby" },
  { "rs", "rust", "Rust" },
  { "ruby", "ruby", "Ruby" },
  { "rust", "rust", "Rust" },
  { "scala", "scala", "Scala" },
  { "scss", "td-css", "SCSS" },
  { "sh", "sh", "Shell" },
  { "shell", "sh", "Shell" },
  { "sql", "sql", "SQL" },
  { "sqlite", "sql", "SQL" },
  { "svg", "td-html", "SVG" },
  { "swift", "swift", "Swift" },
  { "tex", "td-percent", "TeX" },
  { "text", NULL, NULL },
  { "toml", "toml", "TOML" },
  { "ts", "td-typescript", "TypeScript" },
  { "tsx", "td-typescript", "TSX" },
  { "txt", NULL, NULL },
  { "typescript", "td-typescript", "TypeScript" },
  { "vala", "vala", "Vala" },
  { "vb", "vbnet", "Visual Basic" },
  { "xml", "td-html", "XML" },
  { "yaml", "yaml", "YAML" },
  { "yml", "yaml", "YAML" },
  { "zig", "zig", "Zig" },
  { "zsh", "sh", "Zsh" },
};

static int
find_index (const char *name)
{
  g_autofree char *small = g_ascii_strdown (name, -1);

  for (gsize i = 0; i < G_N_ELEMENTS (languages); i++)
    if (g_str_equal (languages[i].name, small))
      return (int) i;
  return -1;
}

static GtkSourceLanguageManager *
get_manager (void)
{
  static GtkSourceLanguageManager *manager;

  if (!manager)
    {
      manager = gtk_source_language_manager_new ();
      gtk_source_language_manager_append_search_path (manager, LANGUAGES_PATH);
    }
  return manager;
}

/* The rules of a language last as long as somebody uses them; a buffer here keeps them. */
static GHashTable *
get_kept (void)
{
  static GHashTable *kept;

  if (!kept)
    kept = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);
  return kept;
}

/**
 * td_code_language_find:
 * @name: (nullable): the word after a fence
 *
 * Returns: (transfer none) (nullable): the language to colour by, or %NULL to leave it plain
 */
GtkSourceLanguage *
td_code_language_find (const char *name)
{
  int index = name ? find_index (name) : -1;

  if (index < 0 || !languages[index].id)
    return NULL;
  return gtk_source_language_manager_get_language (get_manager (), languages[index].id);
}

/**
 * td_code_language_is_ready:
 * @language: a language
 *
 * Returns: whether its rules are built, so that its use costs nothing
 */
gboolean
td_code_language_is_ready (GtkSourceLanguage *language)
{
  return g_hash_table_contains (get_kept (), language);
}

/**
 * td_code_language_prepare:
 * @language: a language
 *
 * Builds its rules, if that was not done before: several milliseconds.
 */
void
td_code_language_prepare (GtkSourceLanguage *language)
{
  if (!td_code_language_is_ready (language))
    g_hash_table_insert (get_kept (), language, gtk_source_buffer_new_with_language (language));
}

/**
 * td_code_language_get_title:
 * @name: (nullable): the word after a fence
 *
 * Returns: (transfer none): what to call the code: the language's name, the word itself where
 *   it is not known, or "Code"
 */
const char *
td_code_language_get_title (const char *name)
{
  int index = name ? find_index (name) : -1;

  if (name && index < 0)
    return name;
  return index >= 0 && languages[index].title ? languages[index].title : _("Code");
}

/**
 * td_code_language_get_scheme:
 *
 * Returns: (transfer none) (nullable): the colours that go with the window's
 */
GtkSourceStyleScheme *
td_code_language_get_scheme (void)
{
  gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());

  return gtk_source_style_scheme_manager_get_scheme (gtk_source_style_scheme_manager_get_default (),
                                                     dark ? "Adwaita-dark" : "Adwaita");
}

static gboolean
warm_up_cb (gpointer data)
{
  static guint step;

  switch (step++)
    {
    case 0:
      gtk_source_language_manager_get_language_ids (get_manager ());
      return G_SOURCE_CONTINUE;
    case 1:
      td_code_language_get_scheme ();
      return G_SOURCE_CONTINUE;
    case 2:
      g_object_unref (g_object_ref_sink (gtk_source_view_new ()));
      return G_SOURCE_CONTINUE;
    default:
      td_code_language_prepare (td_code_language_find ("python"));
      return G_SOURCE_REMOVE;
    }
}

/**
 * td_code_language_warm_up:
 *
 * Does in idle moments, step by step, what the first block of code would have to wait for.
 */
void
td_code_language_warm_up (void)
{
  static gboolean done;

  if (done)
    return;
  done = TRUE;
  gtk_source_init ();
  g_idle_add_full (G_PRIORITY_LOW, warm_up_cb, NULL, NULL);
}
