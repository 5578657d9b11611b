/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* F_OFD_SETLK */
#include "config.h"

#include "wallet/td-lease.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <unistd.h>

#define MAX_DRAWS 8

struct _TdLease
{
  gatomicrefcount ref_count;
  int fd;
  gint64 token;
};

static struct flock
make_lock (gint64 token,
           short  type)
{
  return (struct flock) { .l_type = type, .l_whence = SEEK_SET, .l_start = token, .l_len = 1 };
}

static gint64
draw_token (void)
{
  return (((gint64) g_random_int () << 31) ^ g_random_int ()) & (G_MAXINT64 >> 1);
}

/* Draws places until one is free; the first is, but for a chance of nothing. */
static gboolean
take_place (TdLease *self)
{
  for (guint i = 0; i < MAX_DRAWS; i++)
    {
      struct flock lock;

      self->token = draw_token ();
      lock = make_lock (self->token, F_WRLCK);
      if (fcntl (self->fd, F_OFD_SETLK, &lock) == 0)
        return TRUE;
      if (errno != EAGAIN && errno != EACCES)
        return FALSE;
    }
  return FALSE;
}

/**
 * td_lease_new:
 * @database_path: the database whose holds the process is going to own
 * @error: return location for a #GIOError
 *
 * Takes a lease for this process. Touches the disk, so it belongs on a thread.
 *
 * Returns: (transfer full) (nullable): the lease, held until the last reference is dropped
 */
TdLease *
td_lease_new (const char  *database_path,
              GError     **error)
{
  g_autofree char *path = NULL;
  g_autoptr (TdLease) self = NULL;

  g_return_val_if_fail (database_path != NULL, NULL);

  path = g_strconcat (database_path, "-owners", NULL);
  self = g_new0 (TdLease, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (self->fd < 0 || !take_place (self))
    {
      int saved = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved), "%s: %s", path,
                   g_strerror (saved));
      return NULL;
    }
  return g_steal_pointer (&self);
}

/**
 * td_lease_ref:
 * @self: a lease
 *
 * Returns: (transfer full): @self
 */
TdLease *
td_lease_ref (TdLease *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * td_lease_unref:
 * @self: (transfer full): a lease
 *
 * Lets go of it; with the last reference it is given up.
 */
void
td_lease_unref (TdLease *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  if (self->fd >= 0)
    close (self->fd);
  g_free (self);
}

/**
 * td_lease_get_token:
 * @self: a lease
 *
 * Returns: what the holds of this process are marked with
 */
gint64
td_lease_get_token (TdLease *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->token;
}

/**
 * td_lease_is_alive:
 * @self: the lease of this process
 * @token: what a hold is marked with
 *
 * Returns: whether the process that wrote the hold still lives; %TRUE when that cannot be found
 *   out, because a hold must not be resolved twice
 */
gboolean
td_lease_is_alive (TdLease *self,
                   gint64   token)
{
  struct flock lock = make_lock (token, F_WRLCK);

  g_return_val_if_fail (self != NULL, TRUE);

  if (token == self->token)
    return TRUE;
  if (token < 0)
    return FALSE; /* no lease is there */
  return fcntl (self->fd, F_OFD_GETLK, &lock) != 0 || lock.l_type != F_UNLCK;
}
