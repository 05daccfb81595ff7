"""The official forms and papers: what is in each, then how it is laid out as xlsx, docx and PDF.

What a form looks like is data of the guideline (`guideline_forms`), the words of papers are data in `papers/`.
"""
