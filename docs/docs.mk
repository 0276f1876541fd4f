# man pages
dist_man_MANS += \
	%D%/man/noren-client.8 \
	%D%/man/noren-connect.1 \
	%D%/man/noren-kit.1 \
	%D%/man/noren-server.8 \
	%D%/man/norenctl.1 \
	$(NULL)

EXTRA_DIST += \
	%D%/brand-pack.md \
	%D%/decisions/0003-own-po-reader.md \
	%D%/decisions/0020-securenat-addresses.md \
	%D%/decisions/0040-state-folder.md \
	%D%/profile.md \
	%D%/protocol/admin.md \
	%D%/protocol/data.md \
	%D%/protocol/login.md \
	%D%/protocol/pack.md \
	%D%/ui-contract.md \
	$(NULL)
