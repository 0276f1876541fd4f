# Manual pages are installed; the rest of the documentation travels with the source.
dist_man_MANS += \
	%D%/man/noren-client.8 \
	%D%/man/noren-connect.1 \
	%D%/man/noren-kit.1 \
	%D%/man/noren-server.8 \
	%D%/man/norenctl.1 \
	$(NULL)

EXTRA_DIST += \
	%D%/architecture.md \
	%D%/brand-pack.md \
	%D%/decisions \
	%D%/images \
	%D%/installed-layout.md \
	%D%/performance.md \
	%D%/profile.md \
	%D%/protocol \
	%D%/service-socket.md \
	%D%/ui-contract.md \
	$(NULL)
