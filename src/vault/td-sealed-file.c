/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The file of a sealed vault. Numbers are big endian.
 *
 *   8   "TopDogV" and a zero            of every version, as is the end
 *   4   version, 1
 *   4   how many passwords open it: 1, or 2 while it is being changed
 *   80  for each: iterations (4), salt (16), nonce (12), the file's key wrapped (32), tag (16)
 *   12  nonce
 *   4   length of the rest but the end
 *   n   AES-256-GCM with the file's key: the entries, and a tag (16)
 *   32  SHA-256 of everything before
 *
 * The secrets are sealed with a random key, and that key with each password: a change of password
 * leaves a moment in which either opens the file and none in which neither does. The checksum
 * proves nothing against an attacker (the tags do); it tells a damaged file from a wrong password.
 */
#include "config.h"

#include "vault/td-sealed-file.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>

#include "vault/td-key-derive.h"
#include "vault/td-vault.h"

#define MAGIC          "TopDogV"
#define MAGIC_BYTES    8
#define VERSION        1
#define HEAD_BYTES     16
#define SALT_BYTES     16
#define NONCE_BYTES    12
#define TAG_BYTES      16
#define SLOT_BYTES     80
#define MAX_SLOTS      2
#define SUM_BYTES      32
#define MAX_FILE_BYTES (16 * 1024 * 1024)

typedef struct
{
  guint iterations;
  guint8 bytes[SLOT_BYTES]; /* as in the file */
} Slot;

struct _TdSealedFile
{
  Slot slots[MAX_SLOTS];
  guint n_slots;
  guint opened;         /* the slot whose password was given */
  GBytes *sealed;       /* (owned) (nullable): nonce, then the entries, until it is unlocked */
  guint8
    head[HEAD_BYTES + MAX_SLOTS * SLOT_BYTES]; /* as it was read: the entries are bound to it */
  gsize head_length;
  guint8 key[TD_SEALED_KEY_BYTES];
  GPtrArray *entries;   /* (owned) (nullable): once it is unlocked */
};

/* ---- Entries ---------------------------------------------------------------------------------- */

/**
 * td_sealed_entry_new: (skip)
 *
 * Returns: (transfer full): an entry with copies of the texts
 */
TdSealedEntry *
td_sealed_entry_new (const char *secret_id,
                     const char *label,
                     const char *secret)
{
  TdSealedEntry *self = g_new0 (TdSealedEntry, 1);

  self->secret_id = g_strdup (secret_id);
  self->label = g_strdup (label);
  self->secret = g_strdup (secret);
  return self;
}

/**
 * td_sealed_entry_free: (skip)
 * @self: (transfer full): an entry; its secret is wiped
 */
void
td_sealed_entry_free (TdSealedEntry *self)
{
  g_free (self->secret_id);
  g_free (self->label);
  td_vault_secret_free (self->secret);
  g_free (self);
}

/* ---- Errors ----------------------------------------------------------------------------------- */

static gboolean
fail (TdVaultError   code,
      const char    *message,
      GError       **error)
{
  g_set_error_literal (error, TD_VAULT_ERROR, (int) code, message);
  return FALSE;
}

static gboolean
fail_damaged (GError **error)
{
  return fail (TD_VAULT_ERROR_DAMAGED, "The sealed vault's file is damaged", error);
}

/* ---- Numbers and texts in bytes --------------------------------------------------------------- */

typedef struct
{
  const guint8 *bytes;
  gsize left;
} Cursor;

static const guint8 *
take (Cursor *cursor,
      gsize   length)
{
  const guint8 *bytes = cursor->bytes;

  if (length > cursor->left)
    return NULL;
  cursor->bytes += length;
  cursor->left -= length;
  return bytes;
}

static gboolean
take_number (Cursor  *cursor,
             guint32 *number)
{
  const guint8 *bytes = take (cursor, sizeof *number);

  if (!bytes)
    return FALSE;
  memcpy (number, bytes, sizeof *number);
  *number = GUINT32_FROM_BE (*number);
  return TRUE;
}

static char *
take_text (Cursor *cursor)
{
  const guint8 *bytes;
  guint32 length;

  if (!take_number (cursor, &length) || !(bytes = take (cursor, length)) ||
      memchr (bytes, '\0', length))
    return NULL;
  return g_strndup ((const char *) bytes, length);
}

static void
put_number (GByteArray *array,
            guint32     number)
{
  guint32 be = GUINT32_TO_BE (number);

  g_byte_array_append (array, (const guint8 *) &be, sizeof be);
}

static void
put_text (GByteArray *array,
          const char *text)
{
  put_number (array, (guint32) strlen (text));
  g_byte_array_append (array, (const guint8 *) text, (guint) strlen (text));
}

/* ---- AES-256-GCM ------------------------------------------------------------------------------ */

static gnutls_aead_cipher_hd_t
open_cipher (const guint8 *key)
{
  gnutls_datum_t datum = { (unsigned char *) key, TD_SEALED_KEY_BYTES };
  gnutls_aead_cipher_hd_t cipher = NULL;

  return gnutls_aead_cipher_init (&cipher, GNUTLS_CIPHER_AES_256_GCM, &datum) == 0 ? cipher : NULL;
}

/* @sealed takes @length and a tag. */
static gboolean
seal (const guint8 *key,
      const guint8 *nonce,
      const guint8 *bound,
      gsize         bound_length,
      const guint8 *plain,
      gsize         length,
      guint8       *sealed)
{
  gnutls_aead_cipher_hd_t cipher = open_cipher (key);
  gsize sealed_length = length + TAG_BYTES;
  int code = -1;

  if (cipher)
    {
      code = gnutls_aead_cipher_encrypt (cipher, nonce, NONCE_BYTES, bound, bound_length, TAG_BYTES,
                                         plain, length, sealed, &sealed_length);
      gnutls_aead_cipher_deinit (cipher);
    }
  return code == 0 && sealed_length == length + TAG_BYTES;
}

/* @plain takes what @length is without its tag. */
static gboolean
unseal (const guint8 *key,
        const guint8 *nonce,
        const guint8 *bound,
        gsize         bound_length,
        const guint8 *sealed,
        gsize         length,
        guint8       *plain)
{
  gnutls_aead_cipher_hd_t cipher = open_cipher (key);
  gsize plain_length = length - TAG_BYTES;
  int code = -1;

  if (cipher)
    {
      code = gnutls_aead_cipher_decrypt (cipher, nonce, NONCE_BYTES, bound, bound_length, TAG_BYTES,
                                         sealed, length, plain, &plain_length);
      gnutls_aead_cipher_deinit (cipher);
    }
  return code == 0 && plain_length == length - TAG_BYTES;
}

static gboolean
draw (guint8  *bytes,
      gsize    length,
      GError **error)
{
  return gnutls_rnd (GNUTLS_RND_RANDOM, bytes, length) == 0 ||
         fail (TD_VAULT_ERROR_FAILED, "The system gives no random numbers", error);
}

/* ---- Passwords -------------------------------------------------------------------------------- */

/* The parts of a slot's bytes: iterations, salt, nonce, wrapped key with its tag. */
#define SLOT_SALT(slot)    ((slot)->bytes + 4)
#define SLOT_NONCE(slot)   ((slot)->bytes + 4 + SALT_BYTES)
#define SLOT_WRAPPED(slot) ((slot)->bytes + 4 + SALT_BYTES + NONCE_BYTES)
#define SLOT_BOUND_BYTES   (4 + SALT_BYTES) /* what the wrapped key is bound to */

static gboolean
make_slot (Slot          *slot,
           const guint8  *key,
           const char    *password,
           guint          iterations,
           GError       **error)
{
  guint32 be = GUINT32_TO_BE (iterations);
  guint8 derived[TD_SEALED_KEY_BYTES];
  gboolean is_sealed;

  slot->iterations = iterations;
  memcpy (slot->bytes, &be, sizeof be);
  if (!draw (SLOT_SALT (slot), SALT_BYTES + NONCE_BYTES, error) ||
      !td_key_derive (password, SLOT_SALT (slot), SALT_BYTES, iterations, derived, sizeof derived,
                      error))
    return FALSE;
  is_sealed = seal (derived, SLOT_NONCE (slot), slot->bytes, SLOT_BOUND_BYTES, key,
                    TD_SEALED_KEY_BYTES, SLOT_WRAPPED (slot));
  explicit_bzero (derived, sizeof derived);
  return is_sealed || fail (TD_VAULT_ERROR_FAILED, "The key could not be sealed", error);
}

static gboolean
try_slot (const Slot  *slot,
          const char  *password,
          guint8      *key,
          gboolean    *is_right,
          GError     **error)
{
  guint8 derived[TD_SEALED_KEY_BYTES];

  if (!td_key_derive (password, SLOT_SALT (slot), SALT_BYTES, slot->iterations, derived,
                      sizeof derived, error))
    return FALSE;
  *is_right = unseal (derived, SLOT_NONCE (slot), slot->bytes, SLOT_BOUND_BYTES,
                      SLOT_WRAPPED (slot), TD_SEALED_KEY_BYTES + TAG_BYTES, key);
  explicit_bzero (derived, sizeof derived);
  return TRUE;
}

/**
 * td_sealed_file_new: (skip)
 * @password: what is to open it
 * @iterations: how much work that is to be
 * @error: return location for a %TD_VAULT_ERROR
 *
 * Returns: (transfer full) (nullable): an empty one with a key of its own, unlocked
 */
TdSealedFile *
td_sealed_file_new (const char  *password,
                    guint        iterations,
                    GError     **error)
{
  g_autoptr (TdSealedFile) self = g_new0 (TdSealedFile, 1);

  self->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) td_sealed_entry_free);
  if (!draw (self->key, sizeof self->key, error) ||
      !make_slot (&self->slots[0], self->key, password, iterations, error))
    return NULL;
  self->n_slots = 1;
  return g_steal_pointer (&self);
}

/**
 * td_sealed_file_add_password: (skip)
 * @self: an unlocked one
 * @password: what is to open it beside the password that did
 * @iterations: how much work that is to be
 * @error: return location for a %TD_VAULT_ERROR
 *
 * Returns: whether it was added
 */
gboolean
td_sealed_file_add_password (TdSealedFile  *self,
                             const char    *password,
                             guint          iterations,
                             GError       **error)
{
  Slot slot = { 0 };

  if (!make_slot (&slot, self->key, password, iterations, error))
    return FALSE;
  self->slots[0] = self->slots[self->opened];
  self->slots[1] = slot;
  self->n_slots = 2;
  self->opened = 0;
  return TRUE;
}

/**
 * td_sealed_file_renew_password: (skip)
 * @self: one that was unlocked with a password
 * @password: that password
 * @iterations: how much work it is to be from now on
 * @error: return location for a %TD_VAULT_ERROR
 *
 * Returns: whether it was done; no other password opens the file then
 */
gboolean
td_sealed_file_renew_password (TdSealedFile  *self,
                               const char    *password,
                               guint          iterations,
                               GError       **error)
{
  Slot slot = { 0 };

  if (!make_slot (&slot, self->key, password, iterations, error))
    return FALSE;
  self->slots[0] = slot;
  self->n_slots = 1;
  self->opened = 0;
  return TRUE;
}

/**
 * td_sealed_file_drop_others: (skip)
 * @self: one that was unlocked with a password
 *
 * Lets no other password open it any more.
 */
void
td_sealed_file_drop_others (TdSealedFile *self)
{
  self->slots[0] = self->slots[self->opened];
  self->n_slots = 1;
  self->opened = 0;
}

guint
td_sealed_file_count_passwords (TdSealedFile *self)
{
  return self->n_slots;
}

/**
 * td_sealed_file_get_iterations: (skip)
 * @self: one that was unlocked with a password
 *
 * Returns: how much work that password took
 */
guint
td_sealed_file_get_iterations (TdSealedFile *self)
{
  return self->slots[self->opened].iterations;
}

/* ---- Reading ---------------------------------------------------------------------------------- */

static gboolean
is_sum_right (const guint8 *bytes,
              gsize         length)
{
  guint8 sum[SUM_BYTES];

  return length >= SUM_BYTES &&
         gnutls_hash_fast (GNUTLS_DIG_SHA256, bytes, length - SUM_BYTES, sum) == 0 &&
         memcmp (sum, bytes + length - SUM_BYTES, SUM_BYTES) == 0;
}

/* What is wrong with bytes whose sum is not right: is their end missing, as far as they tell? */
static gboolean
is_cut_off (const guint8 *bytes,
            gsize         length)
{
  Cursor cursor = { bytes, length };
  guint32 version, n_slots, body;

  if (!take (&cursor, MAGIC_BYTES))
    return memcmp (bytes, MAGIC, length) == 0;
  if (memcmp (bytes, MAGIC, MAGIC_BYTES) != 0)
    return FALSE;
  if (!take_number (&cursor, &version) || !take_number (&cursor, &n_slots))
    return TRUE;
  if (version != VERSION || n_slots < 1 || n_slots > MAX_SLOTS)
    return FALSE;
  if (!take (&cursor, n_slots * SLOT_BYTES + NONCE_BYTES) || !take_number (&cursor, &body))
    return TRUE;
  return cursor.left < (guint64) body + SUM_BYTES;
}

static gboolean
parse_slots (TdSealedFile *self,
             Cursor       *cursor)
{
  for (guint i = 0; i < self->n_slots; i++)
    {
      const guint8 *bytes = take (cursor, SLOT_BYTES);
      guint32 iterations;

      if (!bytes)
        return FALSE;
      memcpy (self->slots[i].bytes, bytes, SLOT_BYTES);
      memcpy (&iterations, bytes, sizeof iterations);
      self->slots[i].iterations = GUINT32_FROM_BE (iterations);
      if (self->slots[i].iterations < 1 ||
          self->slots[i].iterations > TD_KEY_DERIVE_MAX_ITERATIONS)
        return FALSE;
    }
  return TRUE;
}

static gboolean
parse (TdSealedFile *self,
       Cursor        cursor)
{
  const guint8 *start = cursor.bytes - MAGIC_BYTES - 4;
  const guint8 *nonce;
  guint32 n_slots, body;

  if (!take_number (&cursor, &n_slots) || n_slots < 1 || n_slots > MAX_SLOTS)
    return FALSE;
  self->n_slots = n_slots;
  if (!parse_slots (self, &cursor))
    return FALSE;
  self->head_length = HEAD_BYTES + n_slots * SLOT_BYTES;
  memcpy (self->head, start, self->head_length);
  nonce = take (&cursor, NONCE_BYTES);
  if (!nonce || !take_number (&cursor, &body) || body < TAG_BYTES ||
      cursor.left != (gsize) body + SUM_BYTES)
    return FALSE;
  /* The nonce, and with it the length between the two. */
  self->sealed = g_bytes_new (nonce, NONCE_BYTES + 4 + (gsize) body);
  return TRUE;
}

/**
 * td_sealed_file_parse: (skip)
 * @bytes: (array length=length): a file
 * @length: its size
 * @error: return location for a %TD_VAULT_ERROR: TRUNCATED, DAMAGED or VERSION
 *
 * Returns: (transfer full) (nullable): what it is, still locked
 */
TdSealedFile *
td_sealed_file_parse (const guint8  *bytes,
                      gsize          length,
                      GError       **error)
{
  g_autoptr (TdSealedFile) self = g_new0 (TdSealedFile, 1);
  Cursor cursor = { bytes, length };
  guint32 version = 0;

  if (length > MAX_FILE_BYTES)
    fail_damaged (error);
  else if (!is_sum_right (bytes, length))
    {
      if (is_cut_off (bytes, length))
        fail (TD_VAULT_ERROR_TRUNCATED, "The end of the sealed vault's file is missing", error);
      else
        fail_damaged (error);
    }
  else if (memcmp (take (&cursor, MAGIC_BYTES), MAGIC, MAGIC_BYTES) != 0 ||
           !take_number (&cursor, &version))
    fail_damaged (error);
  else if (version != VERSION)
    g_set_error (error, TD_VAULT_ERROR, TD_VAULT_ERROR_VERSION,
                 "The sealed vault's file is of version %u, not %u", version, VERSION);
  else if (!parse (self, cursor))
    fail_damaged (error);
  else
    return g_steal_pointer (&self);
  return NULL;
}

static GPtrArray *
parse_entries (Cursor cursor)
{
  g_autoptr (GPtrArray) entries =
    g_ptr_array_new_with_free_func ((GDestroyNotify) td_sealed_entry_free);
  guint32 n;

  if (!take_number (&cursor, &n))
    return NULL;
  for (guint32 i = 0; i < n; i++)
    {
      g_autoptr (TdSealedEntry) entry = g_new0 (TdSealedEntry, 1);

      if (!(entry->secret_id = take_text (&cursor)) || !(entry->label = take_text (&cursor)) ||
          !(entry->secret = take_text (&cursor)))
        return NULL;
      g_ptr_array_add (entries, g_steal_pointer (&entry));
    }
  return cursor.left == 0 ? g_steal_pointer (&entries) : NULL;
}

/**
 * td_sealed_file_unlock_with_key: (skip)
 * @self: a locked one
 * @key: (array fixed-size=32): what td_sealed_file_get_key() gave
 * @error: return location for a %TD_VAULT_ERROR: DAMAGED when it is not the file's
 *
 * Returns: whether it is unlocked
 */
gboolean
td_sealed_file_unlock_with_key (TdSealedFile  *self,
                                const guint8  *key,
                                GError       **error)
{
  gsize length;
  const guint8 *nonce = g_bytes_get_data (self->sealed, &length);
  const guint8 *body = nonce + NONCE_BYTES + 4;
  gsize body_length = length - NONCE_BYTES - 4;
  gsize plain_length = body_length - TAG_BYTES;
  g_autofree guint8 *plain = g_malloc (plain_length + 1);

  if (unseal (key, nonce, self->head, self->head_length, body, body_length, plain))
    {
      self->entries = parse_entries ((Cursor) { plain, plain_length });
      explicit_bzero (plain, plain_length);
    }
  if (!self->entries)
    return fail_damaged (error);
  memmove (self->key, key, sizeof self->key);
  g_clear_pointer (&self->sealed, g_bytes_unref);
  return TRUE;
}

/**
 * td_sealed_file_unlock: (skip)
 * @self: a locked one
 * @password: a password
 * @error: return location for a %TD_VAULT_ERROR: WRONG_PASSWORD or DAMAGED
 *
 * Returns: whether it is unlocked
 */
gboolean
td_sealed_file_unlock (TdSealedFile  *self,
                       const char    *password,
                       GError       **error)
{
  for (guint i = 0; i < self->n_slots; i++)
    {
      gboolean is_right = FALSE;

      if (!try_slot (&self->slots[i], password, self->key, &is_right, error))
        return FALSE;
      if (!is_right)
        continue;
      self->opened = i;
      return td_sealed_file_unlock_with_key (self, self->key, error);
    }
  return fail (TD_VAULT_ERROR_WRONG_PASSWORD, "The sealed vault has another password", error);
}

/**
 * td_sealed_file_get_key: (skip)
 * @self: an unlocked one
 *
 * Returns: (transfer none) (array fixed-size=32): what opens it without the password
 */
const guint8 *
td_sealed_file_get_key (TdSealedFile *self)
{
  return self->key;
}

/* ---- Its entries ------------------------------------------------------------------------------ */

GPtrArray *
td_sealed_file_get_entries (TdSealedFile *self)
{
  return self->entries;
}

static TdSealedEntry *
find (TdSealedFile *self,
      const char   *secret_id,
      guint        *index)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      TdSealedEntry *entry = self->entries->pdata[i];

      if (!g_str_equal (entry->secret_id, secret_id))
        continue;
      if (index)
        *index = i;
      return entry;
    }
  return NULL;
}

/**
 * td_sealed_file_lookup: (skip)
 * @self: an unlocked one
 * @secret_id: what it was stored under
 *
 * Returns: (transfer none) (nullable): the secret
 */
const char *
td_sealed_file_lookup (TdSealedFile *self,
                       const char   *secret_id)
{
  TdSealedEntry *entry = find (self, secret_id, NULL);

  return entry ? entry->secret : NULL;
}

/**
 * td_sealed_file_remove: (skip)
 *
 * Returns: whether there was such a secret
 */
gboolean
td_sealed_file_remove (TdSealedFile *self,
                       const char   *secret_id)
{
  guint index = 0;

  if (!find (self, secret_id, &index))
    return FALSE;
  g_ptr_array_remove_index (self->entries, index);
  return TRUE;
}

/**
 * td_sealed_file_set: (skip)
 *
 * Returns: whether another one of that name was replaced
 */
gboolean
td_sealed_file_set (TdSealedFile *self,
                    const char   *secret_id,
                    const char   *label,
                    const char   *secret)
{
  gboolean was_there = td_sealed_file_remove (self, secret_id);

  g_ptr_array_add (self->entries, td_sealed_entry_new (secret_id, label, secret));
  return was_there;
}

/* ---- Writing ---------------------------------------------------------------------------------- */

/* As large as it is going to be, from the start: growing would leave copies behind. */
static GByteArray *
write_entries (TdSealedFile *self)
{
  gsize size = 4;
  GByteArray *plain;

  for (guint i = 0; i < self->entries->len; i++)
    {
      TdSealedEntry *entry = self->entries->pdata[i];

      size += 12 + strlen (entry->secret_id) + strlen (entry->label) + strlen (entry->secret);
    }
  plain = g_byte_array_sized_new ((guint) size);
  put_number (plain, self->entries->len);
  for (guint i = 0; i < self->entries->len; i++)
    {
      TdSealedEntry *entry = self->entries->pdata[i];

      put_text (plain, entry->secret_id);
      put_text (plain, entry->label);
      put_text (plain, entry->secret);
    }
  return plain;
}

static void
put_head (TdSealedFile *self,
          GByteArray   *array)
{
  g_byte_array_append (array, (const guint8 *) MAGIC, MAGIC_BYTES);
  put_number (array, VERSION);
  put_number (array, self->n_slots);
  for (guint i = 0; i < self->n_slots; i++)
    g_byte_array_append (array, self->slots[i].bytes, SLOT_BYTES);
}

/**
 * td_sealed_file_write: (skip)
 * @self: an unlocked one
 * @error: return location for a %TD_VAULT_ERROR
 *
 * Returns: (transfer full) (nullable): the bytes of a file, sealed
 */
GBytes *
td_sealed_file_write (TdSealedFile  *self,
                      GError       **error)
{
  g_autoptr (GByteArray) plain = write_entries (self);
  g_autoptr (GByteArray) array = g_byte_array_new ();
  g_autofree guint8 *sealed = g_malloc (plain->len + TAG_BYTES);
  guint8 nonce[NONCE_BYTES];
  guint8 sum[SUM_BYTES];
  gboolean is_sealed;

  put_head (self, array);
  is_sealed = draw (nonce, sizeof nonce, error) &&
              seal (self->key, nonce, array->data, array->len, plain->data, plain->len, sealed);
  explicit_bzero (plain->data, plain->len);
  if (!is_sealed)
    {
      if (error && !*error)
        fail (TD_VAULT_ERROR_FAILED, "The vault could not be sealed", error);
      return NULL;
    }
  g_byte_array_append (array, nonce, sizeof nonce);
  put_number (array, plain->len + TAG_BYTES);
  g_byte_array_append (array, sealed, plain->len + TAG_BYTES);
  gnutls_hash_fast (GNUTLS_DIG_SHA256, array->data, array->len, sum);
  g_byte_array_append (array, sum, sizeof sum);
  return g_byte_array_free_to_bytes (g_steal_pointer (&array));
}

/**
 * td_sealed_file_free: (skip)
 * @self: (transfer full): a file; its key and secrets are wiped
 */
void
td_sealed_file_free (TdSealedFile *self)
{
  g_clear_pointer (&self->sealed, g_bytes_unref);
  g_clear_pointer (&self->entries, g_ptr_array_unref);
  explicit_bzero (self, sizeof *self);
  g_free (self);
}
