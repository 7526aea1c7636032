#pragma once
#include <git2.h>
#include <git2/sys/transport.h>

// git_libgit2_opts is variadic, which Swift cannot call. One typed function for each kind of argument.

static inline int slipway_git_option_flag(int option, int value) { return git_libgit2_opts(option, value); }
static inline int slipway_git_option_size(int option, size_t value) { return git_libgit2_opts(option, value); }

// An empty path: no configuration is looked for at this level.
static inline int slipway_git_ignore_configuration(git_config_level_t level) {
    return git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, (int)level, "");
}

// libgit2 hands our structures back by their first member; what follows it is ours.

typedef struct {
    git_smart_subtransport parent;
    void *context;
} slipway_subtransport;

typedef struct {
    git_smart_subtransport_stream parent;
    void *context;
} slipway_subtransport_stream;
