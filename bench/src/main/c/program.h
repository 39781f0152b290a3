/* What every program of the bench in C begins with: settings, clocks, percentiles. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static char **arguments; /* words of the form key=value */

static inline const char *text(const char *key) {
  size_t length = strlen(key);
  for (char **a = arguments; *a; a++)
    if (!strncmp(*a, key, length) && (*a)[length] == '=') return *a + length + 1;
  fprintf(stderr, "no %s=\n", key);
  exit(2);
}

static inline int64_t number(const char *key) { return strtoll(text(key), NULL, 10); }

static inline int check(int result, const char *what) {
  if (result < 0) {
    perror(what);
    exit(1);
  }
  return result;
}

static inline int64_t nanos(clockid_t clock) {
  struct timespec t;
  check(clock_gettime(clock, &t), "clock_gettime");
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static inline int by_value(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

/* Nearest rank: the least value that `per_mille` of them do not exceed. */
static inline int64_t percentile(const int64_t *sorted, int64_t count, int64_t per_mille) {
  return count ? sorted[(count * per_mille + 999) / 1000 - 1] : 0;
}
