/* Makes the Nth call of one kind fail, of those about files under one folder: preloaded, between Python (and SQLite)
   and the C library. Nothing fails, and nothing is counted, before fault_arm is called.

   Kinds: 0 open, 1 read, 2 write, 3 sync, 4 rename, 5 stat, 6 list (opendir, readdir), 7 remove, 8 resize, 9 make
   (mkdir). An error of 0 counts only; one below 0 is a signal that the process sends itself instead (-9: kill -9). */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { OPEN, READ, WRITE, SYNC, RENAME, STAT, LIST, REMOVE, RESIZE, MAKE, KINDS };

static char root[4096];
static size_t root_length;
static int kind_to_fail = -1, fail_at, fail_with, is_sticky;
static long counts[KINDS];
static char ours[65536]; /* descriptors of files under the root */

void fault_arm(const char *folder, int kind, int at, int error, int sticky) {
  memset(counts, 0, sizeof counts);
  snprintf(root, sizeof root, "%s", folder);
  root_length = strlen(root);
  kind_to_fail = kind;
  fail_at = at;
  fail_with = error;
  is_sticky = sticky;
}

long fault_count(int kind) { return counts[kind]; }

static int is_ours(int at, const char *path) {
  char here[4096];
  if (!root_length || !path) return 0;
  if (path[0] == '/') return !strncmp(path, root, root_length);
  if (at != AT_FDCWD) return at >= 0 && at < 65536 && ours[at];
  return getcwd(here, sizeof here) && !strncmp(here, root, root_length);
}

static int is_ours_open(int fd) { return root_length && fd >= 0 && fd < 65536 && ours[fd]; }

/* Whether this call is the one; errno is set then. */
static int fails(int kind) {
  long number = ++counts[kind];
  if (kind != kind_to_fail || !fail_with) return 0;
  if (is_sticky ? number < fail_at : number != fail_at) return 0;
  if (fail_with < 0) {
    kill(getpid(), -fail_with);
    pause();
  }
  errno = fail_with;
  return 1;
}

#define REAL(name) ({ static __typeof__(&name) real; if (!real) real = dlsym(RTLD_NEXT, #name); real; })

static int opened(int fd, int mine) {
  if (fd >= 0 && fd < 65536) ours[fd] = mine;
  return fd;
}

#define MODE(flags) \
  mode_t mode = 0; \
  if ((flags) & (O_CREAT | __O_TMPFILE)) { va_list list; va_start(list, flags); mode = va_arg(list, mode_t); va_end(list); }

#define OPENS(name) \
  int name(const char *path, int flags, ...) { \
    MODE(flags) \
    int mine = is_ours(AT_FDCWD, path); \
    if (mine && fails(OPEN)) return -1; \
    return opened(REAL(name)(path, flags, mode), mine); \
  }
#define OPENS_AT(name) \
  int name(int at, const char *path, int flags, ...) { \
    MODE(flags) \
    int mine = is_ours(at, path); \
    if (mine && fails(OPEN)) return -1; \
    return opened(REAL(name)(at, path, flags, mode), mine); \
  }
OPENS(open)
OPENS(open64)
OPENS_AT(openat)
OPENS_AT(openat64)

int close(int fd) {
  if (fd >= 0 && fd < 65536) ours[fd] = 0;
  return REAL(close)(fd);
}

int dup(int fd) { return opened(REAL(dup)(fd), is_ours_open(fd)); }
int fcntl64(int fd, int command, ...) {
  va_list list;
  va_start(list, command);
  void *argument = va_arg(list, void *);
  va_end(list);
  int result = REAL(fcntl64)(fd, command, argument);
  if ((command == F_DUPFD || command == F_DUPFD_CLOEXEC) && result >= 0) opened(result, is_ours_open(fd));
  return result;
}

#define ON_FD(kind, type, name, parameters, arguments) \
  type name parameters { return is_ours_open(fd) && fails(kind) ? (type)-1 : REAL(name) arguments; }
ON_FD(READ, ssize_t, read, (int fd, void *data, size_t size), (fd, data, size))
ON_FD(READ, ssize_t, pread, (int fd, void *data, size_t size, off_t at), (fd, data, size, at))
ON_FD(READ, ssize_t, pread64, (int fd, void *data, size_t size, off64_t at), (fd, data, size, at))
ON_FD(WRITE, ssize_t, write, (int fd, const void *data, size_t size), (fd, data, size))
ON_FD(WRITE, ssize_t, pwrite, (int fd, const void *data, size_t size, off_t at), (fd, data, size, at))
ON_FD(WRITE, ssize_t, pwrite64, (int fd, const void *data, size_t size, off64_t at), (fd, data, size, at))
ON_FD(SYNC, int, fsync, (int fd), (fd))
ON_FD(SYNC, int, fdatasync, (int fd), (fd))
ON_FD(RESIZE, int, ftruncate, (int fd, off_t size), (fd, size))
ON_FD(RESIZE, int, ftruncate64, (int fd, off64_t size), (fd, size))
ON_FD(STAT, int, fstat, (int fd, struct stat *to), (fd, to))
ON_FD(STAT, int, fstat64, (int fd, struct stat64 *to), (fd, to))

#define ON_PATH(kind, name, parameters, arguments) \
  int name parameters { return is_ours(AT_FDCWD, path) && fails(kind) ? -1 : REAL(name) arguments; }
#define ON_PATH_AT(kind, name, parameters, arguments) \
  int name parameters { return is_ours(at, path) && fails(kind) ? -1 : REAL(name) arguments; }
ON_PATH(STAT, stat, (const char *path, struct stat *to), (path, to))
ON_PATH(STAT, stat64, (const char *path, struct stat64 *to), (path, to))
ON_PATH(STAT, lstat, (const char *path, struct stat *to), (path, to))
ON_PATH(STAT, lstat64, (const char *path, struct stat64 *to), (path, to))
ON_PATH_AT(STAT, fstatat, (int at, const char *path, struct stat *to, int flags), (at, path, to, flags))
ON_PATH_AT(STAT, fstatat64, (int at, const char *path, struct stat64 *to, int flags), (at, path, to, flags))
ON_PATH_AT(STAT, statx, (int at, const char *path, int flags, unsigned mask, struct statx *to), (at, path, flags, mask, to))
ON_PATH(REMOVE, unlink, (const char *path), (path))
ON_PATH_AT(REMOVE, unlinkat, (int at, const char *path, int flags), (at, path, flags))
ON_PATH(REMOVE, rmdir, (const char *path), (path))
ON_PATH(MAKE, mkdir, (const char *path, mode_t mode), (path, mode))
ON_PATH(RENAME, rename, (const char *path, const char *to), (path, to))
ON_PATH_AT(RENAME, renameat, (int at, const char *path, int to_at, const char *to), (at, path, to_at, to))

DIR *opendir(const char *path) {
  int mine = is_ours(AT_FDCWD, path);
  if (mine && fails(LIST)) return NULL;
  DIR *folder = REAL(opendir)(path);
  if (folder) opened(dirfd(folder), mine);
  return folder;
}
int closedir(DIR *folder) {
  opened(dirfd(folder), 0);
  return REAL(closedir)(folder);
}
DIR *fdopendir(int fd) { return is_ours_open(fd) && fails(LIST) ? NULL : REAL(fdopendir)(fd); }
struct dirent64 *readdir64(DIR *folder) {
  return is_ours_open(dirfd(folder)) && fails(LIST) ? NULL : REAL(readdir64)(folder);
}
struct dirent *readdir(DIR *folder) {
  return is_ours_open(dirfd(folder)) && fails(LIST) ? NULL : REAL(readdir)(folder);
}
