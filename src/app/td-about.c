/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/td-about.h"

#include <glib/gi18n.h>

#include "app/td-format.h"

/* Whose work the facts of the catalogue are, as their licences ask to be said. */
static const struct
{
  const char *source;
  const char *copyright;
} notices[] = {
  { "models.dev", "© 2025 models.dev" },
  { "models.dev-2", "© 2025 Carmine Paolino" },
  { "overlay", "© 2025 models.dev, © 2026 Fleetify" },
  { "ollama-library", "© 2025 AmirHossein Derhami" },
  { "arena-new", "Arena (formerly LMArena)" },
  { "arena-old", "Arena (formerly LMArena)" },
  { "livebench", "LiveBench" },
  { "aider", "Aider" },
  { "tau2", "© 2025 Sierra Research" },
  { "vectara", "Vectara" },
};

static const char *
find_copyright (const char *source)
{
  for (guint i = 0; i < G_N_ELEMENTS (notices); i++)
    {
      if (g_str_equal (notices[i].source, source))
        return notices[i].copyright;
    }
  return NULL;
}

static void
add_source (AdwAboutDialog          *dialog,
            const TdCatalogueSource *source)
{
  g_autofree char *date = td_format_date (source->date);
  g_autofree char *url = g_markup_escape_text (source->url != NULL ? source->url : "", -1);
  g_autofree char *license =
    g_markup_escape_text (source->license != NULL ? source->license : _("Unknown"), -1);
  g_autofree char *text = NULL;

  /* Translators: a source of facts: its date, its licence, its address */
  text = g_strdup_printf (_("Facts of %s, selected and matched to models.\nLicence: %s\n%s"), date,
                          license, url);
  adw_about_dialog_add_legal_section (dialog, source->title, find_copyright (source->id),
                                      GTK_LICENSE_CUSTOM, text);
}

/**
 * td_about_new:
 * @catalogue: (nullable): the catalogue in force, for its sources
 *
 * Returns: (transfer floating): the dialog about the program and those whose work is in it
 */
AdwDialog *
td_about_new (TdCatalogue *catalogue)
{
  AdwAboutDialog *dialog = ADW_ABOUT_DIALOG (adw_about_dialog_new ());
  GPtrArray *sources = catalogue != NULL ? td_catalogue_get_sources (catalogue) : NULL;

  adw_about_dialog_set_application_name (dialog, _("Top Dog"));
  adw_about_dialog_set_application_icon (dialog, TD_APP_ID);
  adw_about_dialog_set_version (dialog, TD_VERSION);
  adw_about_dialog_set_developer_name (dialog, _("The Top Dog developers"));
  adw_about_dialog_set_license_type (dialog, GTK_LICENSE_GPL_3_0);
  adw_about_dialog_set_comments (
    dialog, _("Find an AI model and chat with it. Models, prices and ratings come from "
              "the public sources named under Legal."));
  /* Translators: put your names here, one a line */
  adw_about_dialog_set_translator_credits (dialog, _("translator-credits"));
  for (guint i = 0; sources != NULL && i < sources->len; i++)
    add_source (dialog, g_ptr_array_index (sources, i));
  return ADW_DIALOG (dialog);
}
