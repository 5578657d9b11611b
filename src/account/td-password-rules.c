/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which passwords are refused, and how good the others look. A hint, not a proof: it counts how
 * much somebody would have to try who knows what kind of characters are in it.
 */
#include "config.h"

#include <string.h>

#include "account/td-account-error.h"
#include "account/td-password.h"
#include "base/td-text.h"

/* Words that lead every list of what people choose, alone or with figures around them. Shorter
 * ones than the minimum are here because they are doubled and lengthened. */
static const char *const common_words[] = {
  "abc",
  "abcd",
  "abcdef",
  "access",
  "account",
  "adgjmptw",
  "admin",
  "adminadmin",
  "administrator",
  "amanda",
  "andrea",
  "andrew",
  "angel",
  "anthony",
  "apple",
  "arsenal",
  "asdf",
  "asdfgh",
  "asdfghjkl",
  "ashley",
  "azerty",
  "azertyuiop",
  "babygirl",
  "baseball",
  "basketball",
  "batman",
  "blink",
  "butterfly",
  "buster",
  "cameron",
  "carlos",
  "changeme",
  "charlie",
  "chelsea",
  "chocolate",
  "computer",
  "cookie",
  "corvette",
  "daniel",
  "default",
  "dragon",
  "facebook",
  "family",
  "ferrari",
  "flower",
  "football",
  "forever",
  "freedom",
  "friends",
  "george",
  "ginger",
  "google",
  "guest",
  "hallo",
  "hannah",
  "harley",
  "hello",
  "helloworld",
  "hockey",
  "hunter",
  "iloveu",
  "iloveyou",
  "internet",
  "jennifer",
  "jessica",
  "jesus",
  "jordan",
  "joshua",
  "justin",
  "killer",
  "klaster",
  "letmein",
  "linkedin",
  "liverpool",
  "login",
  "london",
  "love",
  "lovely",
  "loveme",
  "maggie",
  "master",
  "matrix",
  "matthew",
  "mercedes",
  "michael",
  "michelle",
  "minecraft",
  "monkey",
  "mustang",
  "myspace",
  "naruto",
  "nicole",
  "ninja",
  "nothing",
  "pass",
  "passpass",
  "passw",
  "password",
  "passwort",
  "pepper",
  "player",
  "pokemon",
  "princess",
  "qazwsx",
  "qazwsxedc",
  "qwer",
  "qwert",
  "qwerty",
  "qwertyuiop",
  "qwertz",
  "qwertzuiop",
  "ranger",
  "robert",
  "root",
  "samsung",
  "schalke",
  "secret",
  "server",
  "shadow",
  "silver",
  "snoopy",
  "soccer",
  "starwars",
  "summer",
  "sunshine",
  "superman",
  "superstar",
  "taylor",
  "tennis",
  "test",
  "testing",
  "thomas",
  "thunder",
  "tigger",
  "tinkerbell",
  "trustno",
  "unknown",
  "user",
  "welcome",
  "whatever",
  "winter",
  "yankees",
  "zaq",
  "zaqxsw",
  "zxcvbn",
  "zxcvbnm",
  "topdog",
  "correcthorsebatterystaple",
};

/* Rows of keys, and the order of letters and figures: walking along them is no password. */
static const char *const walks[] = {
  "01234567890123456789",
  "09876543210987654321",
  "abcdefghijklmnopqrstuvwxyz",
  "zyxwvutsrqponmlkjihgfedcba",
  "qwertyuiopasdfghjklzxcvbnm",
  "qwertzuiopasdfghjklyxcvbnm",
  "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
  "1q2w3e4r5t6y7u8i9o0p",
  "qazwsxedcrfvtgbyhnujm",
  "q1w2e3r4t5y6u7i8o9p0",
  "zaq12wsxcde34rfvbgt56yhnmju7",
  "1234qwerasdfzxcv",
};

/* The usual disguises of letters. */
static char
undisguise (char c)
{
  static const char disguised[] = "@$0135!7";
  static const char plain[] = "asoiesit";
  const char *found = c ? strchr (disguised, c) : NULL;

  return found ? plain[found - disguised] : c;
}

/* Without what is put around a word to satisfy rules. */
static char *
strip_ends (const char *folded)
{
  const char *start = folded;
  const char *end = folded + strlen (folded);

  while (start < end && !g_ascii_isalpha (*start) && (guchar) *start < 0x80)
    start++;
  while (end > start && !g_ascii_isalpha (end[-1]) && (guchar) end[-1] < 0x80)
    end--;
  return g_strndup (start, (gsize) (end - start));
}

/* The smallest piece that the text is a repetition of. */
static char *
cut_repetitions (const char *text)
{
  gsize length = strlen (text);

  for (gsize piece = 1; piece <= length / 2; piece++)
    {
      if (length % piece == 0 && memcmp (text, text + piece, length - piece) == 0)
        return g_strndup (text, piece);
    }
  return g_strdup (text);
}

static gboolean
is_word (const char *text)
{
  for (gsize i = 0; i < G_N_ELEMENTS (common_words); i++)
    {
      if (g_str_equal (common_words[i], text))
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_common_word (const char *text)
{
  g_autofree char *once = cut_repetitions (text);

  return is_word (text) || is_word (once);
}

static gboolean
is_walk (const char *folded)
{
  g_autofree char *once = cut_repetitions (folded);

  if (strlen (once) <= 2)
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (walks); i++)
    {
      if (strstr (walks[i], once))
        return TRUE;
    }
  return FALSE;
}

/* Whether a common word is all there is, in its usual disguises. A 4 is an a as often as a figure. */
static gboolean
is_disguised (const char *text)
{
  g_autofree char *plain = g_strdup (text);
  g_autofree char *core = NULL;

  for (char *c = plain; *c; c++)
    *c = undisguise (*c);
  core = strip_ends (plain);
  if (is_common_word (core))
    return TRUE;
  g_strdelimit (core, "4", 'a');
  return is_common_word (core);
}

static gboolean
is_common (const char *password)
{
  g_autofree char *folded = td_text_fold (password);
  g_autofree char *core = strip_ends (folded);

  return is_walk (folded) || is_common_word (core) || is_disguised (core) || is_disguised (folded);
}

/* What is left of the password beside the owner's own name is too little. */
static gboolean
is_personal (const char *password,
             const char *own)
{
  g_autofree char *folded = NULL;
  g_autofree char *name = NULL;

  if (!own || g_utf8_strlen (own, -1) < 3)
    return FALSE;
  folded = td_text_fold (password);
  name = td_text_fold (own);
  return strstr (folded, name) && strlen (folded) < strlen (name) + 6;
}

static char *
dup_mailbox (const char *email)
{
  const char *at = email ? strchr (email, '@') : NULL;

  return at ? g_strndup (email, (gsize) (at - email)) : NULL;
}

/**
 * td_password_check:
 * @password: what somebody wants as a password
 * @name: (nullable): the name of the account
 * @email: (nullable): its address
 * @error: return location for a %TD_ACCOUNT_ERROR that says what is wrong with it
 *
 * Returns: whether it may be used
 */
gboolean
td_password_check (const char  *password,
                   const char  *name,
                   const char  *email,
                   GError     **error)
{
  g_autofree char *mailbox = dup_mailbox (email);
  const char *reason = NULL;
  TdAccountError code = TD_ACCOUNT_ERROR_PASSWORD_SHORT;

  g_return_val_if_fail (password != NULL, FALSE);

  if (strlen (password) > TD_PASSWORD_MAX_BYTES)
    code = TD_ACCOUNT_ERROR_PASSWORD_LONG, reason = "The password is too long";
  else if (!g_utf8_validate (password, -1, NULL) ||
           g_utf8_strlen (password, -1) < TD_PASSWORD_MIN_CHARS)
    reason = "The password is too short";
  else if (is_common (password))
    code = TD_ACCOUNT_ERROR_PASSWORD_COMMON, reason = "The password is among the common ones";
  else if (is_personal (password, name) || is_personal (password, email) ||
           is_personal (password, mailbox))
    code = TD_ACCOUNT_ERROR_PASSWORD_PERSONAL, reason = "The password is made of the name";
  if (!reason)
    return TRUE;
  g_set_error_literal (error, TD_ACCOUNT_ERROR, (int) code, reason);
  return FALSE;
}

/* How many bits, in tenths, one more character is worth, by how many characters there are to choose
 * from. */
static const struct
{
  guint pool;
  guint tenths;
} worths[] = { { 95, 66 }, { 62, 60 }, { 52, 57 }, { 36, 52 }, { 26, 47 }, { 1, 33 } };

static guint
rate_kinds (const char *password)
{
  gboolean lower = FALSE, upper = FALSE, figure = FALSE, sign = FALSE, other = FALSE;
  guint pool;

  for (const char *c = password; *c; c++)
    {
      lower |= g_ascii_islower (*c);
      upper |= g_ascii_isupper (*c);
      figure |= g_ascii_isdigit (*c);
      sign |= g_ascii_ispunct (*c);
      other |= (guchar) *c >= 0x80;
    }
  pool = (lower ? 26 : 0) + (upper ? 26 : 0) + (figure ? 10 : 0) + (sign ? 33 : 0) +
         (other ? 100 : 0);
  for (gsize i = 0; i < G_N_ELEMENTS (worths); i++)
    {
      if (pool >= worths[i].pool)
        return worths[i].tenths;
    }
  return 0;
}

/* Characters that do not follow from the one before. */
static guint
count_surprises (const char *password)
{
  gunichar before = 0;
  guint n = 0;
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);

  for (const char *c = password; *c; c = g_utf8_next_char (c))
    {
      gunichar now = g_utf8_get_char (c);
      gint64 step = (gint64) now - before;

      if (step < -1 || step > 1)
        n++;
      g_hash_table_add (seen, GUINT_TO_POINTER (now));
      before = now;
    }
  return MIN (n, g_hash_table_size (seen) * 2);
}

/**
 * td_password_rate:
 * @password: what somebody types as a password
 *
 * Returns: how hard it looks to guess
 */
TdPasswordStrength
td_password_rate (const char *password)
{
  guint tenths;

  g_return_val_if_fail (password != NULL, TD_PASSWORD_WEAK);

  if (!td_password_check (password, NULL, NULL, NULL))
    return TD_PASSWORD_WEAK;
  tenths = rate_kinds (password) * count_surprises (password);
  if (tenths < 550)
    return TD_PASSWORD_FAIR;
  return tenths < 850 ? TD_PASSWORD_GOOD : TD_PASSWORD_STRONG;
}
