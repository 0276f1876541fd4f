server_libserver_la_SOURCES += \
	%D%/db.c \
	%D%/db.h \
	%D%/db_statements.c \
	%D%/files.c \
	%D%/files.h \
	%D%/handle.h \
	%D%/hubs.c \
	%D%/init.c \
	%D%/name.c \
	%D%/name.h \
	%D%/schema.c \
	%D%/schema.h \
	%D%/store.c \
	%D%/store.h \
	%D%/users.c \
	$(NULL)
