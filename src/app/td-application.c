/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/td-application.h"

#include <glib/gi18n.h>

#include "app/account/td-account-dialog.h"
#include "app/market/td-changes-dialog.h"
#include "app/preferences/td-preferences-dialog.h"
#include "app/td-about.h"
#include "app/td-app-error.h"
#include "app/td-catalogue-updater.h"
#include "app/td-format.h"
#include "app/td-window.h"
#include "catalogue/td-catalogue.h"
#include "engine/td-change-notifier.h"
#include "engine/td-payments.h"
#include "engine/td-policy.h"

/* The engine starts as soon as the process does, in its own threads, while this thread builds
 * and maps the window; whichever is ready second joins the two. */
struct _TdApplication
{
  AdwApplication parent_instance;

  GSettings *settings;        /* (owned) */
  TdAccountManager *accounts; /* (owned): who is signed in */
  TdChangeNotifier
    *notifier; /* (owned): what other programs do to accounts, also without an engine */
  char *account_id;           /* (owned) (nullable): whose data the engine has, or is opening */
  gboolean is_loading;        /* who is signed in is not known yet */
  gboolean must_catch_up;     /* the list of accounts may have changed while it was loaded */
  guint restart_id;           /* source that opens the data of somebody else */
  TdEngine *engine;           /* (owned) (nullable): NULL while starting and after a failure */
  GError *start_error;        /* (owned) (nullable) */
  GCancellable *start_cancel; /* (owned) (nullable): set while the engine starts */
  TdCatalogueUpdater *updater; /* (owned) (nullable): as long as the engine */
  guint present_id;           /* source that presents the window if the engine takes too long */
  char *wanted_model;         /* (owned) (nullable): to be shown once the engine has started */
  char *wanted_search;        /* (owned) (nullable): the same for a search */
};

G_DEFINE_FINAL_TYPE (TdApplication, td_application, ADW_TYPE_APPLICATION)

/* The engine is usually there sooner than an empty window could be drawn; waiting this long for it
 * saves a frame without models. */
#define PRESENT_WAIT_MS 120

static TdWindow *
find_window (TdApplication *self)
{
  GList *windows = gtk_application_get_windows (GTK_APPLICATION (self));

  for (GList *l = windows; l != NULL; l = l->next)
    {
      if (TD_IS_WINDOW (l->data))
        return l->data;
    }
  return NULL;
}

static void
set_enabled (TdApplication *self,
             const char    *name,
             gboolean       enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

static void
update_actions (TdApplication *self)
{
  const TdCatalogueChanges *changes =
    self->updater != NULL ? td_catalogue_updater_get_changes (self->updater) : NULL;

  set_enabled (self, "account", !self->is_loading && self->start_cancel == NULL);
  set_enabled (self, "sign-out", self->engine != NULL);
  set_enabled (self, "preferences", self->engine != NULL);
  set_enabled (self, "show-provider", self->engine != NULL);
  set_enabled (self, "update-catalogue",
               self->updater != NULL && !td_catalogue_updater_get_busy (self->updater));
  set_enabled (self, "show-changes", changes != NULL);
}

static gboolean
has_changes (const TdCatalogueChanges *changes)
{
  return changes->added->len + changes->retired->len + changes->price_up->len +
           changes->price_down->len >
         0;
}

static void
show_changes (TdApplication *self,
              TdWindow      *window)
{
  const TdCatalogueChanges *changes = td_catalogue_updater_get_changes (self->updater);
  TdChangesDialog *dialog;

  g_return_if_fail (changes != NULL);

  dialog =
    td_changes_dialog_new (changes, td_market_get_catalogue (td_engine_get_market (self->engine)));
  adw_dialog_present (ADW_DIALOG (dialog), GTK_WIDGET (window));
}

/* Nobody asked: a failure is not worth a word, and news are offered, not thrown at the user. */
static void
tell_of_news (TdApplication *self,
              TdWindow      *window)
{
  const TdCatalogueChanges *changes = td_catalogue_updater_get_changes (self->updater);
  AdwToast *toast;

  if (changes == NULL || !has_changes (changes))
    return;
  toast = adw_toast_new (_("The catalogue was updated."));
  adw_toast_set_button_label (toast, _("_Show Changes"));
  adw_toast_set_action_name (toast, "app.show-changes");
  td_window_add_toast (window, toast);
}

static void
tell_of_result (TdApplication *self,
                TdWindow      *window)
{
  const TdCatalogueChanges *changes = td_catalogue_updater_get_changes (self->updater);
  const GError *error = td_catalogue_updater_get_error (self->updater);
  TdCatalogue *catalogue = td_market_get_catalogue (td_engine_get_market (self->engine));
  g_autofree char *date = td_format_date (td_catalogue_get_version (catalogue));
  g_autofree char *sentence = NULL;

  if (changes != NULL && has_changes (changes))
    {
      show_changes (self, window);
      return;
    }
  /* Being offline is no error; an answer that cannot be used is one, and so is a full disk. */
  if ((changes != NULL && changes->unreachable->len > 0) ||
      (error != NULL && error->domain != TD_CATALOGUE_ERROR && error->domain != TD_STORE_ERROR))
    /* Translators: %s is a date */
    sentence =
      g_strdup_printf (_("No news could be fetched. The catalogue of %s stays in use."), date);
  else if (error != NULL)
    sentence = td_app_error_dup_sentences (error);
  else
    sentence = g_strdup (_("The catalogue is up to date."));
  td_window_say (window, sentence);
}

static void
catalogue_updated_cb (TdApplication      *self,
                      gboolean            by_user,
                      TdCatalogueUpdater *updater)
{
  TdWindow *window = find_window (self);

  update_actions (self);
  if (window == NULL)
    return;
  if (by_user)
    tell_of_result (self, window);
  else
    tell_of_news (self, window);
}

static void
tell_account (TdApplication *self,
              TdWindow      *window)
{
  TdAccount *account = td_account_manager_get_current (self->accounts);

  td_window_set_account_name (window, account != NULL ? td_account_get_name (account) : NULL);
}

static void
tell_window (TdApplication *self,
             TdWindow      *window)
{
  if (self->engine != NULL)
    td_window_set_engine (window, self->engine);
  else if (self->start_error != NULL)
    td_window_show_start_error (window, self->start_error);
  else if (!self->is_loading && self->start_cancel == NULL)
    td_window_show_signed_out (window, td_account_manager_get_current (self->accounts));
  tell_account (self, window);
}

static void
start_updater (TdApplication *self)
{
  self->updater = td_catalogue_updater_new (self->engine, self->settings);
  g_signal_connect_object (self->updater, "updated", G_CALLBACK (catalogue_updated_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->updater, "notify::busy", G_CALLBACK (update_actions), self,
                           G_CONNECT_SWAPPED);
}

static void
present (TdApplication *self)
{
  TdWindow *window = find_window (self);

  g_clear_handle_id (&self->present_id, g_source_remove);
  if (window != NULL)
    gtk_window_present (GTK_WINDOW (window));
}

static gboolean
present_cb (gpointer user_data)
{
  TdApplication *self = user_data;

  self->present_id = 0;
  present (self);
  return G_SOURCE_REMOVE;
}

/* What somebody outside the window asked for, now or as soon as there is an engine. */
static void
show_wanted (TdApplication *self)
{
  TdWindow *window = find_window (self);

  if (window == NULL || self->engine == NULL)
    return;
  if (self->wanted_search != NULL)
    td_window_search (window, self->wanted_search);
  if (self->wanted_model != NULL)
    gtk_widget_activate_action (GTK_WIDGET (window), "win.show-model", "s", self->wanted_model);
  g_clear_pointer (&self->wanted_search, g_free);
  g_clear_pointer (&self->wanted_model, g_free);
}

static void
show_model_cb (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       user_data)
{
  TdApplication *self = user_data;

  g_set_str (&self->wanted_model, g_variant_get_string (parameter, NULL));
  g_application_activate (G_APPLICATION (self));
  show_wanted (self);
}

static void
search_cb (GSimpleAction *action,
           GVariant      *parameter,
           gpointer       user_data)
{
  TdApplication *self = user_data;

  g_set_str (&self->wanted_search, g_variant_get_string (parameter, NULL));
  g_application_activate (G_APPLICATION (self));
  show_wanted (self);
}

static void
ask_cb (GSimpleAction *action,
        GVariant      *parameter,
        gpointer       user_data)
{
  TdApplication *self = user_data;

  g_application_activate (G_APPLICATION (self));
  td_window_ask_assistant (find_window (self), g_variant_get_string (parameter, NULL));
}

static void
tell_vault_error (TdApplication *self,
                  TdWindow      *window)
{
  const GError *error = td_account_manager_get_vault_error (self->accounts);
  g_autofree char *sentences = error != NULL ? td_app_error_dup_sentences (error) : NULL;

  if (sentences != NULL)
    td_window_say (window, sentences);
}

static void
engine_started_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (TdApplication) self = TD_APPLICATION (user_data);
  TdWindow *window = find_window (self);

  g_clear_object (&self->start_cancel);
  self->engine = td_engine_start_finish (result, &self->start_error);
  if (self->engine == NULL)
    g_clear_pointer (&self->account_id, g_free); /* signing in tries again */
  if (self->engine != NULL)
    {
      td_engine_follow_settings (self->engine);
      start_updater (self);
      /* What was paid while no program ran is in the wallet before it is needed. */
      td_payments_resume (td_engine_get_payments (self->engine));
    }
  update_actions (self);
  if (window == NULL)
    return;
  tell_window (self, window);
  tell_vault_error (self, window);
  if (self->present_id != 0)
    present (self);
  show_wanted (self);
}

/* ---- accounts ------------------------------------------------------------------------------ */

static void
start_engine (TdApplication *self)
{
  TdAccount *account = td_account_manager_get_current (self->accounts);

  g_assert (self->engine == NULL && self->start_cancel == NULL);

  g_clear_error (&self->start_error);
  g_set_str (&self->account_id, account != NULL ? td_account_get_id (account) : NULL);
  if (td_account_manager_get_state (self->accounts) != TD_ACCOUNT_STATE_READY)
    {
      g_clear_pointer (&self->account_id, g_free);
      return;
    }
  self->start_cancel = g_cancellable_new ();
  td_engine_start_account_async (self->accounts, self->start_cancel, engine_started_cb,
                                 g_object_ref (self));
}

static void
stop_engine (TdApplication *self)
{
  g_clear_object (&self->updater);
  if (self->engine != NULL)
    td_engine_abandon (self->engine);
  g_clear_object (&self->engine);
  g_clear_pointer (&self->account_id, g_free);
}

/* A window is made for one account's data: another account gets another window. */
static void
replace_window (TdApplication *self)
{
  TdWindow *old = find_window (self);
  TdWindow *window;

  if (old == NULL)
    return;
  td_window_save_size (old);
  window = td_window_new (self);
  gtk_window_destroy (GTK_WINDOW (old));
  tell_window (self, window);
  gtk_window_present (GTK_WINDOW (window));
}

static gboolean
restart_cb (gpointer user_data)
{
  TdApplication *self = user_data;

  self->restart_id = 0;
  stop_engine (self);
  start_engine (self);
  update_actions (self);
  replace_window (self);
  return G_SOURCE_REMOVE;
}

/* Whether the data that is open is that of who is signed in. */
static gboolean
is_right_account (TdApplication *self)
{
  TdAccount *account = td_account_manager_get_current (self->accounts);

  if (td_account_manager_get_state (self->accounts) != TD_ACCOUNT_STATE_READY)
    return self->account_id == NULL;
  return g_strcmp0 (self->account_id, td_account_get_id (account)) == 0;
}

static void
accounts_changed_cb (TdApplication *self)
{
  TdVault *vault = td_account_manager_get_vault (self->accounts);
  TdWindow *window = find_window (self);

  if (self->is_loading)
    return;
  if (!is_right_account (self))
    {
      /* Not now: whoever changed it is in the middle of it. */
      if (self->restart_id == 0 && self->start_cancel == NULL)
        self->restart_id = g_idle_add (restart_cb, self);
      return;
    }
  if (self->engine != NULL && vault != NULL)
    td_key_ring_set_vault (td_engine_get_key_ring (self->engine), vault);
  if (window != NULL)
    tell_account (self, window);
}

static void
accounts_read_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (TdApplication) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!td_account_manager_load_finish (TD_ACCOUNT_MANAGER (source), result, &error))
    g_debug ("the accounts were not read again: %s", error->message);
}

/* Another program changed something. */
static void
shared_changed_cb (TdApplication *self,
                   const char    *topic)
{
  if (g_str_equal (topic, "accounts"))
    td_account_manager_load_async (self->accounts, NULL, accounts_read_cb, g_object_ref (self));
}

static void
catch_up (TdApplication *self)
{
  self->must_catch_up = FALSE;
  td_account_manager_catch_up_async (self->accounts, accounts_read_cb, g_object_ref (self));
}

/* What another program said before was not heard. */
static void
hearing_cb (TdApplication *self)
{
  if (self->is_loading)
    self->must_catch_up = TRUE;
  else
    catch_up (self);
}

static void
accounts_loaded_cb (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  g_autoptr (TdApplication) self = user_data;
  TdWindow *window = find_window (self);

  self->is_loading = FALSE;
  if (td_account_manager_load_finish (TD_ACCOUNT_MANAGER (source), result, &self->start_error))
    start_engine (self);
  if (self->must_catch_up)
    catch_up (self);
  update_actions (self);
  if (window == NULL || self->start_cancel != NULL)
    return;
  tell_window (self, window);
  present (self);
}

/* With one account that nobody protected, which is how everybody begins, there is nothing to wait
 * for. */
static void
load_accounts (TdApplication *self)
{
  g_clear_error (&self->start_error);
  if (td_account_manager_load_first (self->accounts))
    {
      start_engine (self);
      return;
    }
  self->is_loading = TRUE;
  td_account_manager_load_async (self->accounts, NULL, accounts_loaded_cb, g_object_ref (self));
}

static TdAccountDialog *
show_account (TdApplication *self)
{
  TdAccountDialog *dialog = td_account_dialog_new (self->accounts, self->engine);

  adw_dialog_present (ADW_DIALOG (dialog), GTK_WIDGET (find_window (self)));
  return dialog;
}

static void
account_cb (GSimpleAction *action,
            GVariant      *parameter,
            gpointer       user_data)
{
  show_account (user_data);
}

static void
switch_account_cb (GSimpleAction *action,
                   GVariant      *parameter,
                   gpointer       user_data)
{
  TdApplication *self = user_data;
  gboolean is_several = td_account_manager_get_accounts (self->accounts)->len > 1;

  td_account_dialog_show (show_account (self),
                          is_several ? TD_ACCOUNT_FORM_SIGN_IN : TD_ACCOUNT_FORM_SIGN_UP);
}

static void
signed_out_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (TdApplication) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *sentences = NULL;

  if (td_account_manager_sign_out_finish (TD_ACCOUNT_MANAGER (source), result, &error))
    {
      td_application_announce_accounts (self);
      return;
    }
  sentences = td_app_error_dup_sentences (error);
  if (find_window (self) != NULL)
    td_window_say (find_window (self), sentences);
}

static void
sign_out_cb (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       user_data)
{
  TdApplication *self = user_data;

  td_account_manager_sign_out_async (self->accounts, signed_out_cb, g_object_ref (self));
}

static void
deleted_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (TdApplication) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *sentences = NULL;

  self->is_loading = FALSE;
  if (td_account_manager_delete_finish (TD_ACCOUNT_MANAGER (source), result, &error))
    td_application_announce_accounts (self);
  restart_cb (self);
  if (error == NULL || find_window (self) == NULL)
    return;
  sentences = td_app_error_dup_sentences (error);
  td_window_say (find_window (self), sentences);
}

static void
show_preferences (TdApplication *self,
                  const char    *provider_id)
{
  TdPreferencesDialog *dialog;

  g_return_if_fail (self->engine != NULL);

  dialog = td_preferences_dialog_new (self->engine);
  if (provider_id != NULL)
    td_preferences_dialog_show_provider (dialog, provider_id);
  adw_dialog_present (ADW_DIALOG (dialog), GTK_WIDGET (find_window (self)));
}

static void
preferences_cb (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       user_data)
{
  show_preferences (user_data, NULL);
}

static void
show_provider_cb (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       user_data)
{
  show_preferences (user_data, g_variant_get_string (parameter, NULL));
}

static void
quit_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  TdWindow *window = find_window (user_data);

  /* An open dialog would take the request to close for itself. */
  if (window != NULL)
    td_window_save_size (window);
  g_application_quit (user_data);
}

static void
try_again_cb (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       user_data)
{
  TdApplication *self = user_data;
  TdWindow *window = find_window (self);

  if (self->engine != NULL || self->start_cancel != NULL || self->is_loading)
    return;
  if (window != NULL)
    td_window_show_starting (window);
  load_accounts (self);
}

static void
update_catalogue_cb (GSimpleAction *action,
                     GVariant      *parameter,
                     gpointer       user_data)
{
  td_catalogue_updater_run (TD_APPLICATION (user_data)->updater);
}

static void
show_changes_cb (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       user_data)
{
  show_changes (user_data, find_window (user_data));
}

static void
about_cb (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       user_data)
{
  TdApplication *self = user_data;
  TdCatalogue *catalogue =
    self->engine != NULL ? td_market_get_catalogue (td_engine_get_market (self->engine)) : NULL;

  adw_dialog_present (td_about_new (catalogue), GTK_WIDGET (find_window (self)));
}

static const GActionEntry actions[] = {
  { .name = "quit", .activate = quit_cb },
  { .name = "account", .activate = account_cb },
  { .name = "switch-account", .activate = switch_account_cb },
  { .name = "sign-out", .activate = sign_out_cb },
  { .name = "preferences", .activate = preferences_cb },
  { .name = "search", .activate = search_cb, .parameter_type = "s" },
  { .name = "ask", .activate = ask_cb, .parameter_type = "s" },
  { .name = "show-model", .activate = show_model_cb, .parameter_type = "s" },
  { .name = "show-provider", .activate = show_provider_cb, .parameter_type = "s" },
  { .name = "update-catalogue", .activate = update_catalogue_cb },
  { .name = "show-changes", .activate = show_changes_cb },
  { .name = "about", .activate = about_cb },
  { .name = "try-again", .activate = try_again_cb },
};

static const struct
{
  const char *action;
  const char *accels[3];
} shortcuts[] = {
  { "app.quit", { "<Control>q" } },
  { "app.preferences", { "<Control>comma" } },
  { "app.update-catalogue", { "F5" } },
};

static void
apply_color_scheme (TdApplication *self)
{
  AdwStyleManager *manager = adw_application_get_style_manager (ADW_APPLICATION (self));
  g_autofree char *scheme = g_settings_get_string (self->settings, "color-scheme");

  if (g_str_equal (scheme, "light"))
    adw_style_manager_set_color_scheme (manager, ADW_COLOR_SCHEME_FORCE_LIGHT);
  else if (g_str_equal (scheme, "dark"))
    adw_style_manager_set_color_scheme (manager, ADW_COLOR_SCHEME_FORCE_DARK);
  else
    adw_style_manager_set_color_scheme (manager, ADW_COLOR_SCHEME_DEFAULT);
}

static void
td_application_startup (GApplication *application)
{
  TdApplication *self = TD_APPLICATION (application);

  load_accounts (self);
  G_APPLICATION_CLASS (td_application_parent_class)->startup (application);

  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  for (guint i = 0; i < G_N_ELEMENTS (shortcuts); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (self), shortcuts[i].action,
                                           shortcuts[i].accels);
  update_actions (self);
  self->notifier = td_change_notifier_new ();
  g_signal_connect_object (self->notifier, "changed", G_CALLBACK (shared_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->notifier, "hearing", G_CALLBACK (hearing_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->accounts, "changed", G_CALLBACK (accounts_changed_cb), self,
                           G_CONNECT_SWAPPED);
  self->settings = g_settings_new (TD_APP_ID);
  g_signal_connect_object (self->settings, "changed::color-scheme", G_CALLBACK (apply_color_scheme),
                           self, G_CONNECT_SWAPPED);
  apply_color_scheme (self);
  gtk_window_set_default_icon_name (TD_APP_ID);
}

static void
td_application_activate (GApplication *application)
{
  TdApplication *self = TD_APPLICATION (application);
  TdWindow *window = find_window (self);

  if (window == NULL)
    {
      window = td_window_new (self);
      tell_window (self, window);
      if (self->start_cancel != NULL || self->is_loading)
        {
          self->present_id = g_timeout_add (PRESENT_WAIT_MS, present_cb, self);
          return;
        }
    }
  present (self);
}

static void
td_application_shutdown (GApplication *application)
{
  TdApplication *self = TD_APPLICATION (application);

  g_clear_handle_id (&self->present_id, g_source_remove);
  g_clear_handle_id (&self->restart_id, g_source_remove);
  g_cancellable_cancel (self->start_cancel);
  g_clear_object (&self->updater);
  if (self->engine != NULL)
    td_engine_stop (self->engine);
  if (self->notifier != NULL)
    td_change_notifier_close (self->notifier);

  G_APPLICATION_CLASS (td_application_parent_class)->shutdown (application);
}

static void
td_application_dispose (GObject *object)
{
  TdApplication *self = TD_APPLICATION (object);

  g_clear_object (&self->updater);
  g_clear_object (&self->engine);
  g_clear_object (&self->accounts);
  g_clear_object (&self->notifier);
  g_clear_object (&self->settings);
  g_clear_object (&self->start_cancel);

  G_OBJECT_CLASS (td_application_parent_class)->dispose (object);
}

static void
td_application_finalize (GObject *object)
{
  TdApplication *self = TD_APPLICATION (object);

  g_clear_error (&self->start_error);
  g_free (self->account_id);
  g_free (self->wanted_model);
  g_free (self->wanted_search);

  G_OBJECT_CLASS (td_application_parent_class)->finalize (object);
}

static void
td_application_class_init (TdApplicationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  object_class->dispose = td_application_dispose;
  object_class->finalize = td_application_finalize;
  application_class->startup = td_application_startup;
  application_class->activate = td_application_activate;
  application_class->shutdown = td_application_shutdown;
}

static void
td_application_init (TdApplication *self)
{
  self->accounts = td_account_manager_new (NULL);
}

/**
 * td_application_new:
 *
 * Returns: (transfer full): the application, not yet registered
 */
TdApplication *
td_application_new (void)
{
  return g_object_new (TD_TYPE_APPLICATION, "application-id", TD_APP_ID, "resource-base-path",
                       "/dev/topdog/Marketplace", "flags", G_APPLICATION_DEFAULT_FLAGS, NULL);
}

/**
 * td_application_get_default:
 *
 * Returns: (transfer none): the application of this process
 */
TdApplication *
td_application_get_default (void)
{
  return TD_APPLICATION (g_application_get_default ());
}

/**
 * td_application_get_engine:
 * @self: the application
 *
 * Returns: (transfer none) (nullable): the engine, %NULL until it has started
 */
TdEngine *
td_application_get_engine (TdApplication *self)
{
  g_return_val_if_fail (TD_IS_APPLICATION (self), NULL);

  return self->engine;
}

/**
 * td_application_get_settings:
 * @self: the application
 *
 * Returns: (transfer none): the settings of the window's program
 */
GSettings *
td_application_get_settings (TdApplication *self)
{
  g_return_val_if_fail (TD_IS_APPLICATION (self), NULL);

  return self->settings;
}

/**
 * td_application_get_accounts:
 * @self: the application
 *
 * Returns: (transfer none): the accounts of this machine
 */
TdAccountManager *
td_application_get_accounts (TdApplication *self)
{
  g_return_val_if_fail (TD_IS_APPLICATION (self), NULL);

  return self->accounts;
}

/**
 * td_application_announce_accounts:
 * @self: the application
 *
 * Tells other programs that this one changed an account, or who is signed in.
 */
void
td_application_announce_accounts (TdApplication *self)
{
  g_return_if_fail (TD_IS_APPLICATION (self));

  td_change_notifier_announce (self->notifier, "accounts");
}

/**
 * td_application_delete_account:
 * @self: the application
 * @password: (nullable): the account's password, which was right
 *
 * Closes everything that is open and deletes who is signed in; shows what is there afterwards.
 */
void
td_application_delete_account (TdApplication *self,
                               const char    *password)
{
  g_return_if_fail (TD_IS_APPLICATION (self));

  td_account_manager_delete_async (self->accounts, password, deleted_cb, g_object_ref (self));
  self->is_loading = TRUE; /* until it is gone, nobody opens anything */
  stop_engine (self);
  update_actions (self);
}

/**
 * td_application_move_keys:
 * @self: the application
 *
 * Shows the form that moves the keys of who is signed in.
 */
void
td_application_move_keys (TdApplication *self)
{
  TdAccount *account;

  g_return_if_fail (TD_IS_APPLICATION (self));

  account = td_account_manager_get_current (self->accounts);
  if (account == NULL || self->engine == NULL)
    return;
  td_account_dialog_show (show_account (self), td_account_get_protected (account)
                                                 ? TD_ACCOUNT_FORM_MOVE_KEYS
                                                 : TD_ACCOUNT_FORM_PASSWORD);
}
