"""Files in and out: workbooks, tables, archives and the documents exchanged with others."""
