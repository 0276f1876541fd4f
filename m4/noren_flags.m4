dnl NOREN_COMPILER_FLAGS: language, warnings and hardening, each tried before it is used.
dnl The user's CFLAGS and LDFLAGS stay theirs; ours go into NOREN_CFLAGS and NOREN_LDFLAGS.

AC_DEFUN([NOREN_TRY_CFLAG], [
  AS_VAR_PUSHDEF([cache], [noren_cv_cflag_$1])
  AC_CACHE_CHECK([whether $CC takes $1], [cache], [
    noren_saved_CFLAGS=$CFLAGS
    CFLAGS="$CFLAGS -Werror $1"
    AC_LINK_IFELSE([AC_LANG_PROGRAM([[]], [[]])],
      [AS_VAR_SET([cache], [yes])], [AS_VAR_SET([cache], [no])])
    CFLAGS=$noren_saved_CFLAGS])
  AS_VAR_IF([cache], [yes], [NOREN_CFLAGS="$NOREN_CFLAGS $1"])
  AS_VAR_POPDEF([cache])
])

AC_DEFUN([NOREN_TRY_LDFLAG], [
  AS_VAR_PUSHDEF([cache], [noren_cv_ldflag_$1])
  AC_CACHE_CHECK([whether the linker takes $1], [cache], [
    noren_saved_LDFLAGS=$LDFLAGS
    LDFLAGS="$LDFLAGS $1"
    AC_LINK_IFELSE([AC_LANG_PROGRAM([[]], [[]])],
      [AS_VAR_SET([cache], [yes])], [AS_VAR_SET([cache], [no])])
    LDFLAGS=$noren_saved_LDFLAGS])
  AS_VAR_IF([cache], [yes], [NOREN_LDFLAGS="$NOREN_LDFLAGS $1"])
  AS_VAR_POPDEF([cache])
])

AC_DEFUN([NOREN_COMPILER_FLAGS], [
  AC_ARG_ENABLE([werror],
    [AS_HELP_STRING([--enable-werror], [treat every warning as an error (continuous integration)])],
    [], [enable_werror=no])
  NOREN_CFLAGS="-std=gnu11"
  NOREN_LDFLAGS=""
  m4_foreach_w([flag], [
    -fvisibility=hidden -fno-strict-aliasing -fno-common
    -Wall -Wextra -Wshadow -Wundef -Wvla -Wformat=2 -Wpointer-arith -Wwrite-strings -Wcast-qual
    -Wstrict-prototypes -Wmissing-prototypes -Wmissing-declarations -Wold-style-definition
    -Wnull-dereference -Wimplicit-fallthrough -Wswitch-enum -Wduplicated-cond -Wlogical-op
    -Werror=implicit -Werror=return-type -Werror=incompatible-pointer-types -Werror=int-conversion
    -fstack-protector-strong -fstack-clash-protection -fcf-protection
    -ftrivial-auto-var-init=zero], [NOREN_TRY_CFLAG(flag)])
  # no program says in which folder it was built, so that it is the same wherever that was; what a
  # user may see (an assertion that failed) does not name this project either
  for noren_folder in "$(pwd)" "$(cd "$srcdir" && pwd)" "$srcdir"; do
    AS_CASE([$noren_folder],
      [. | *" "*], [],
      [AS_VAR_APPEND([noren_prefix_maps],
        [" -ffile-prefix-map=$noren_folder/= -ffile-prefix-map=$noren_folder/libnoren/=lib/"])])
  done
  AC_CACHE_CHECK([whether $CC takes -ffile-prefix-map], [noren_cv_prefix_map], [
    noren_saved_CFLAGS=$CFLAGS
    CFLAGS="$CFLAGS -Werror -ffile-prefix-map=/nowhere/="
    AC_COMPILE_IFELSE([AC_LANG_PROGRAM([[]], [[]])],
      [noren_cv_prefix_map=yes], [noren_cv_prefix_map=no])
    CFLAGS=$noren_saved_CFLAGS])
  AS_VAR_IF([noren_cv_prefix_map], [yes], [NOREN_CFLAGS="$NOREN_CFLAGS$noren_prefix_maps"])
  m4_foreach([flag], [[-Wl,-z,relro], [-Wl,-z,now], [-Wl,-z,noexecstack]], [NOREN_TRY_LDFLAG(flag)])
  AS_VAR_IF([enable_werror], [yes], [NOREN_CFLAGS="$NOREN_CFLAGS -Werror"])
  AC_SUBST([NOREN_CFLAGS])
  AC_SUBST([NOREN_LDFLAGS])
])

dnl NOREN_SANITIZERS: --enable-sanitizers=address,undefined or =thread. Turns fortify off, which
dnl the sanitizers replace.
AC_DEFUN([NOREN_SANITIZERS], [
  AC_ARG_ENABLE([sanitizers],
    [AS_HELP_STRING([--enable-sanitizers=LIST], [address,undefined or thread])],
    [noren_sanitizers=$enableval], [noren_sanitizers=no])
  AS_CASE([$noren_sanitizers],
    [no], [NOREN_CPPFLAGS="-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3"],
    [yes], [AC_MSG_ERROR([name them: --enable-sanitizers=address,undefined or =thread])],
    [NOREN_CFLAGS="$NOREN_CFLAGS -fsanitize=$noren_sanitizers -fno-omit-frame-pointer -fno-sanitize-recover=all"
     NOREN_LDFLAGS="$NOREN_LDFLAGS -fsanitize=$noren_sanitizers"
     NOREN_CPPFLAGS=""])
  AC_SUBST([NOREN_CPPFLAGS])
  AM_CONDITIONAL([SANITIZED], [test "$noren_sanitizers" != no])
])

dnl NOREN_FUZZING: --enable-fuzzing builds the fuzz targets with libFuzzer (needs CC=clang).
dnl Without it the same targets are built with a main that replays the corpus.
AC_DEFUN([NOREN_FUZZING], [
  AC_ARG_ENABLE([fuzzing],
    [AS_HELP_STRING([--enable-fuzzing], [build fuzz targets with libFuzzer (CC=clang)])],
    [], [enable_fuzzing=no])
  AS_VAR_IF([enable_fuzzing], [yes],
    [FUZZ_LDFLAGS="-fsanitize=fuzzer"
     NOREN_CFLAGS="$NOREN_CFLAGS -fsanitize=fuzzer-no-link"],
    [FUZZ_LDFLAGS=""])
  AC_SUBST([FUZZ_LDFLAGS])
  AM_CONDITIONAL([FUZZING], [test "$enable_fuzzing" = yes])
])
