/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* cmocka wants these before it, in this order */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
/* clang-format on */
