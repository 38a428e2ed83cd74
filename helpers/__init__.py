"""What a notebook of the workbook imports: one module a subject, `aws` under all of them."""
