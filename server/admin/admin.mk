# management calls
server_libserver_la_SOURCES += \
	%D%/admin.h \
	%D%/admin_conn.c \
	%D%/admin_conn.h \
	%D%/call.c \
	%D%/call.h \
	%D%/call_hub.c \
	%D%/call_server.c \
	%D%/call_session.c \
	%D%/call_user.c \
	$(NULL)
